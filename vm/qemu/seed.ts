/** What makes a machine itself: its name, its keys. A tar that the initrd unpacks over the root. */

import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';

export interface Seed {
  /** Path of the tar. */
  readonly file: string;
  /** Private key that opens the machine. */
  readonly identity: string;
  /** known_hosts with the machine's own host key. */
  readonly knownHosts: string;
}

/** Makes keys and seed in `dir`. Takes two `ssh-keygen` and a `tar`, some 30 ms. */
export async function makeSeed(dir: string, hostname: string, signal: AbortSignal): Promise<Seed> {
  const root = join(dir, 'seed');
  const identity = join(dir, 'key');
  const hostKey = join(root, 'etc/ssh/ssh_host_ed25519_key');
  await mkdir(join(root, 'etc/ssh'), { recursive: true });
  const keygen = (file: string) =>
    run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'repro', '-f', file], { signal });
  await Promise.all([keygen(identity), keygen(hostKey)]);

  await writeFile(join(root, 'etc/ssh/repro_authorized_keys'), await readFile(`${identity}.pub`));
  await chmod(join(root, 'etc/ssh/repro_authorized_keys'), 0o600);
  await writeFile(join(root, 'etc/machine-id'), `${randomUUID().replaceAll('-', '')}\n`);
  await writeFile(join(root, 'etc/hostname'), `${hostname}\n`);
  await writeFile(join(root, 'etc/hosts'), `127.0.0.1 localhost ${hostname}\n::1 localhost\n`);

  const file = join(dir, 'seed.tar');
  await run(['tar', '--owner=0', '--group=0', '-C', root, '-cf', file, 'etc'], { signal });
  const knownHosts = join(dir, 'known_hosts');
  const [type, key] = (await readFile(`${hostKey}.pub`, 'utf8')).split(' ');
  await writeFile(knownHosts, `repro-guest ${type} ${key}\n`);
  return { file, identity, knownHosts };
}
