/**
 * Commands and files over OpenSSH. One connection is opened and shared (ssh's ControlMaster), because a
 * connection to an emulated guest costs most of a second. Serves every provider whose machines run sshd.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineError } from '../../scripts/lib/errors.ts';
import { ANY_EXIT_CODE, RunError, type RunResult, run, shellQuote } from '../../scripts/lib/exec.ts';
import type { ExecOptions, ExecResult } from '../machine.ts';

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key file, and a known_hosts file that holds this machine's host key and nothing else. */
  readonly identity: string;
  readonly knownHosts: string;
  /** Folder for the control socket and forwarded sockets; short, for a socket's path has 108 bytes at most. */
  readonly dir: string;
}

/** Seconds of silence after which the machine counts as gone: 6 probes, 10 s apart. */
const ALIVE = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=6'];
/** Milliseconds of a command without a limit of its own. */
const DEFAULT_TIMEOUT = 60_000;
/** ssh's own exit code for "no connection". A command's 255 looks the same. */
const SSH_FAILED = 255;

/** Options that make ssh ignore the user's own configuration and known hosts. */
export function sshOptions(target: SshTarget): string[] {
  return [
    ...['-F', 'none', '-i', target.identity, '-p', String(target.port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'],
    ...['-o', `UserKnownHostsFile=${target.knownHosts}`, '-o', 'GlobalKnownHostsFile=none'],
    ...['-o', 'StrictHostKeyChecking=yes', '-o', 'HostKeyAlias=repro-guest', '-o', 'CheckHostIP=no'],
    ...['-o', 'ConnectTimeout=30', ...ALIVE],
  ];
}

export class SshTransport implements AsyncDisposable {
  readonly #target: SshTarget;
  readonly #control: string;
  #forwards = 0;

  private constructor(target: SshTarget) {
    this.#target = target;
    this.#control = `${target.dir}/ssh`;
  }

  /** Opens the connection; tries again until `signal` is aborted, for sshd may not listen yet. */
  static async open(target: SshTarget, signal: AbortSignal): Promise<SshTransport> {
    const transport = new SshTransport(target);
    const argv = [
      'ssh',
      ...sshOptions(target),
      '-M',
      '-S',
      transport.#control,
      '-N',
      '-f',
      transport.#address,
    ];
    for (;;) {
      try {
        await run(argv, { signal });
        return transport;
      } catch (error) {
        if (signal.aborted || !(error instanceof RunError) || error.code !== 'run-failed') throw error;
        await sleep(100, undefined, { signal });
      }
    }
  }

  /** A command that opens a terminal on the machine, independent of this process. */
  static shell(target: SshTarget): string[] {
    return ['ssh', ...sshOptions(target), '-t', `${target.user}@${target.host}`];
  }

  async exec(command: string | readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const text = typeof command === 'string' ? command : shellQuote(command);
    const result = await this.#ssh(['--', this.#address, text], options);
    if (result.exitCode === SSH_FAILED && !(await this.alive())) {
      throw new MachineError('lost', `the connection to the machine broke: ${result.stderr.trim()}`);
    }
    return result;
  }

  async copyIn(hostPath: string, guestPath: string): Promise<void> {
    await this.#copy(`cat >${shellQuote([guestPath])}`, `<${shellQuote([hostPath])}`);
  }

  async copyOut(guestPath: string, hostPath: string): Promise<void> {
    await this.#copy(`cat ${shellQuote([guestPath])}`, `>${shellQuote([hostPath])}`);
  }

  /** Makes a unix socket of the guest a unix socket here; returns its path. */
  async forward(guestSocket: string): Promise<string> {
    const local = `${this.#target.dir}/fwd${this.#forwards++}`;
    const result = await this.#ssh(['-O', 'forward', '-L', `${local}:${guestSocket}`, this.#address], {});
    if (result.exitCode !== 0)
      throw new MachineError('lost', `cannot forward ${guestSocket}: ${result.stderr}`);
    return local;
  }

  /** Whether the shared connection still stands. */
  async alive(): Promise<boolean> {
    return (await this.#ssh(['-O', 'check', this.#address], { timeout: 5_000 })).exitCode === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ssh(['-O', 'exit', this.#address], { timeout: 5_000 }).catch(() => undefined);
  }

  get #address(): string {
    return `${this.#target.user}@${this.#target.host}`;
  }

  async #ssh(args: readonly string[], options: ExecOptions): Promise<RunResult> {
    const timeout = options.timeout ?? DEFAULT_TIMEOUT;
    const argv = ['ssh', ...sshOptions(this.#target), '-S', this.#control, '-o', 'ControlMaster=no', ...args];
    try {
      return await run(argv, {
        signal: options.signal,
        stdin: options.stdin,
        timeout,
        okCodes: ANY_EXIT_CODE,
      });
    } catch (error) {
      if (error instanceof RunError && error.code === 'run-timeout') {
        throw new MachineError(
          'exec-timeout',
          `a command did not end within ${timeout / 1000} s on the machine`,
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  }

  async #copy(remote: string, redirect: string): Promise<void> {
    const ssh = shellQuote([
      'ssh',
      ...sshOptions(this.#target),
      '-S',
      this.#control,
      '--',
      this.#address,
      remote,
    ]);
    try {
      await run(['sh', '-c', `exec ${ssh} ${redirect}`], { timeout: 300_000 });
    } catch (error) {
      throw new MachineError('lost', 'cannot copy a file between host and machine', { cause: error });
    }
  }
}
