/** A terminal on a machine, by OpenSSH with keys made for this machine alone. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import type { AgentLink } from '../agent/link.ts';

export interface ShellTarget {
  readonly host: string;
  readonly port: number;
  /** Folder of the host for keys. */
  readonly dir: string;
}

const USER = 'root';
/** Seconds of silence after which the machine counts as gone: 6 probes, 10 s apart. */
const ALIVE = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=6'];

/**
 * Starts sshd in the machine, with a host key and an authorized key that nobody else has, and returns the command
 * that opens a shell. Throws MachineError.
 */
export async function openShell(link: AgentLink, target: ShellTarget): Promise<string[]> {
  const dir = join(target.dir, 'ssh');
  await mkdir(dir, { recursive: true });
  const [identity, hostKey, knownHosts] = [join(dir, 'key'), join(dir, 'host'), join(dir, 'known_hosts')];
  const keygen = (file: string) =>
    run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'repro', '-f', file]);
  await Promise.all([keygen(identity), keygen(hostKey)]);
  const [type, key] = (await readFile(`${hostKey}.pub`, 'utf8')).split(' ');
  await writeFile(knownHosts, `repro-guest ${type} ${key}\n`);

  const install = async (from: string, to: string) =>
    `printf %s ${shellQuote([await readFile(from, 'utf8')])} >/etc/ssh/${to}`;
  const script = `set -e; umask 077
${await install(hostKey, 'ssh_host_ed25519_key')}
${await install(`${identity}.pub`, 'repro_authorized_keys')}
systemctl start repro-ssh.service`;
  const { exitCode, stderr } = await link.exec(script);
  if (exitCode !== 0) {
    throw new MachineError('provider', `sshd does not start in the machine: ${stderr.trim()}`);
  }
  return shellCommand({ ...target, identity, knownHosts });
}

/** The command that opens a terminal; it ignores the user's own configuration and known hosts. */
export function shellCommand(target: {
  readonly host: string;
  readonly port: number;
  /** Private key file, and a known_hosts file that holds this machine's host key and nothing else. */
  readonly identity: string;
  readonly knownHosts: string;
}): string[] {
  return [
    ...['ssh', '-F', 'none', '-i', target.identity, '-p', String(target.port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'],
    ...['-o', `UserKnownHostsFile=${target.knownHosts}`, '-o', 'GlobalKnownHostsFile=none'],
    ...['-o', 'StrictHostKeyChecking=yes', '-o', 'HostKeyAlias=repro-guest', '-o', 'CheckHostIP=no'],
    ...['-o', 'ConnectTimeout=30', ...ALIVE, '-t', `${USER}@${target.host}`],
  ];
}
