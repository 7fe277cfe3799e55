/** Programs of the host: run one, get what it printed, or an error that says how to run it by hand. */
import { Bounded } from './bounded.ts';
import { InterruptedError, ReproError } from './errors.ts';
import { ownProgram } from './owned.ts';
import { shellQuote } from './quote.ts';

export interface RunOptions {
  /** Kills the program, and what it started, when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; past it the program is killed and a RunError `run-timeout` is thrown. No limit by default. */
  readonly timeout?: number | undefined;
  readonly stdin?: string | undefined;
  readonly cwd?: string | undefined;
  /** Added to this process's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The Debian package that brings the program, where neither its name nor `packageOf` tells. */
  readonly package?: string | undefined;
  /** Exit codes that are results, not errors. Default `[0]`. */
  readonly okCodes?: readonly number[] | undefined;
  /**
   * Bytes of stdout, and of stderr. A program that writes more to stdout is killed, and RunError `run-output` is thrown;
   * of more on stderr, which is for people, the beginning and the end are kept. Default MAX_OUTPUT.
   */
  readonly maxOutput?: number | undefined;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A program of the host failed. Codes: `run-failed`, `run-timeout`, `run-output`, `tool-missing`. */
export class RunError extends ReproError {
  override readonly name = 'RunError';
  /** Can be pasted into a shell. */
  readonly command: string;
  /** Undefined when it was killed. */
  readonly exitStatus: number | undefined;
  /** All that it printed, stderr after stdout. */
  readonly output: string;

  constructor(
    code: string,
    message: string,
    details: { command: string; exitStatus?: number | undefined; output: string; hint?: string },
  ) {
    super(code, message, details);
    this.command = details.command;
    this.exitStatus = details.exitStatus;
    this.output = details.output;
  }
}

/** For `okCodes`: whatever it exits with is a result. */
export const ANY_EXIT_CODE: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

/** What a program may print, bytes a stream: more than any list of packages or commits has. */
const MAX_OUTPUT = 64 * 2 ** 20;
/** Lines of a program's output that an error repeats. */
const OUTPUT_LINES = 40;
/** Milliseconds between asking a program to end and ending it. */
const GRACE = 5_000;

/** Debian packages of the programs used here, where the name isn't the program's own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'apt-cache': 'apt',
  'apt-config': 'apt',
  'apt-get': 'apt',
  bash: 'bash',
  'dpkg-deb': 'dpkg',
  'dpkg-source': 'dpkg-dev',
  gpg: 'gnupg',
  mksquashfs: 'squashfs-tools',
  scp: 'openssh-client',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unsquashfs: 'squashfs-tools',
};

/** The Debian package that brings a program. */
export function packageOf(program: string): string {
  return PACKAGES[program] ?? program;
}

/**
 * Runs a program without a shell in between, its messages in English.
 * Throws RunError when it fails, is missing or outlives `timeout`; when `signal` is aborted, the abort's own
 * reason if that is one of this project's errors, else InterruptedError. In both cases the program is gone by then.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { signal, timeout, okCodes = [0], maxOutput = MAX_OUTPUT } = options;
  const { $ } = await import('zx/core');
  if (signal?.aborted) throw abortError(signal);
  const [out, err] = [new Bounded(maxOutput), new Bounded(maxOutput)];
  // A session of its own, so that all of it can be ended at once and a terminal's Ctrl-C reaches only us.
  // `exec`, so that the process is the program, not a shell that waits for it.
  const child = $({
    quiet: true,
    nothrow: true,
    detached: true,
    prefix: '',
    // Without input, stdin is at its end; an empty `input` would leave it open.
    ...(options.stdin ? { input: options.stdin } : { stdio: ['ignore', 'pipe', 'pipe'] as const }),
    env: environment(options.env),
    store: { stdout: into(out, () => expire('output')), stderr: into(err), stdall: into() },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })`exec ${[...argv]}`;

  const ended = child.pid === undefined ? () => undefined : ownProgram(child.pid);
  let exceeded: 'time' | 'output' | undefined;
  let escalation: NodeJS.Timeout | undefined;
  const stuck = new AbortController();
  const kill = () => {
    if (escalation !== undefined) return;
    endGroup(child.pid, 'SIGTERM');
    escalation = setTimeout(() => {
      endGroup(child.pid, 'SIGKILL');
      // Its output may be held open by something that left its process group: don't wait for that.
      escalation = setTimeout(() => stuck.abort(), 1_000);
    }, GRACE);
  };
  const expire = (limit: 'time' | 'output') => {
    exceeded ??= limit;
    kill();
  };
  const timer = timeout === undefined ? undefined : setTimeout(() => expire('time'), timeout);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const output = await Promise.race([child, aborted(stuck.signal)]);
    if (escalation !== undefined) endGroup(child.pid, 'SIGKILL');
    if (signal?.aborted) throw abortError(signal);
    const result: RunResult = { stdout: out.text(), stderr: err.text(), exitCode: output?.exitCode ?? -1 };
    const fail = (how: string, code?: string) => failure({ argv, options }, result, how, code);
    if (exceeded === 'time') throw fail(`did not end within ${(timeout ?? 0) / 1000} s`, 'run-timeout');
    if (out.omitted > 0)
      throw fail(`wrote more than ${maxOutput.toLocaleString('en-US')} bytes`, 'run-output');
    if (result.exitCode < 0 && !output?.signal) throw fail('could not be started');
    if (output?.signal) throw fail(`was killed by ${output.signal}`);
    if (!okCodes.includes(result.exitCode)) throw fail(`failed with exit code ${result.exitCode}`);
    return result;
  } finally {
    ended();
    clearTimeout(timer);
    clearTimeout(escalation);
    signal?.removeEventListener('abort', kill);
  }
}

/** Runs a bash script in which a failing command, also inside a pipeline, ends the script. */
export function shell(script: string, options: RunOptions = {}): Promise<RunResult> {
  return run(['bash', '-euo', 'pipefail', '-c', script], options);
}

/** What an aborted signal means: its reason when that is one of this project's errors, else an interrupt. */
export function abortError(signal: AbortSignal): ReproError {
  return signal.reason instanceof ReproError ? signal.reason : new InterruptedError();
}

/** A promise, or the abort of a signal, whichever comes first: what doesn't listen to it holds nothing up. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function environment(extra: RunOptions['env']): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: '', ...extra };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** What zx collects output in; ours forgets what doesn't fit, and tells of it once. */
function into(kept?: Bounded, onOverflow?: () => void): Buffer[] {
  const push = (piece: Buffer | string) => {
    kept?.add(Buffer.from(piece));
    if (kept !== undefined && kept.omitted > 0) onOverflow?.();
    return 0;
  };
  return Object.assign([], { push });
}

function endGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Already gone.
  }
}

function failure(
  { argv, options }: { readonly argv: readonly string[]; readonly options: RunOptions },
  result: RunResult,
  how: string,
  code = 'run-failed',
): RunError {
  const program = argv[0] ?? '';
  const { cwd } = options;
  const command = `${cwd === undefined ? '' : `cd ${shellQuote([cwd])} && `}${shellQuote(argv)}`;
  if (result.exitCode === 127 && result.stderr.includes(`exec: ${program}: not found`)) {
    const hint = `apt-get install ${options.package ?? packageOf(program)}`;
    const details = { command, exitStatus: 127, output: '', hint };
    return new RunError('tool-missing', `${program} is not installed`, details);
  }
  const output = [result.stdout, result.stderr]
    .map((text) => text.trimEnd())
    .filter((text) => text !== '')
    .join('\n');
  const lines = output === '' ? [] : output.split('\n');
  const tail = lines.slice(-OUTPUT_LINES);
  const message = [
    `${program} ${how}: ${command}`,
    ...(lines.length > tail.length ? [`  (${lines.length - tail.length} lines before)`] : []),
    ...tail.map((line) => `  ${line}`),
  ].join('\n');
  const exitStatus = result.exitCode < 0 ? undefined : result.exitCode;
  return new RunError(code, message, { command, exitStatus, output });
}
