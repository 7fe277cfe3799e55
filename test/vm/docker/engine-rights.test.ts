import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { engineRights } from '../../../vm/docker/engine-rights.ts';
import { rightsOf } from '../../../vm/docker/rights.ts';
import { temporaryDir } from '../support.ts';

const ALL = rightsOf('');
/** Without CAP_SYS_RESOURCE, number 24; and what a container has by default. */
const [LESS, LITTLE] = ['000001fffeffffff', '00000000a80425fb'];

async function proc(processes: readonly (readonly [argv: string, rights: string])[]): Promise<string> {
  const dir = await temporaryDir();
  for (const [index, [argv, rights]] of processes.entries()) {
    const folder = join(dir, String(index + 1));
    mkdirSync(folder);
    writeFileSync(join(folder, 'cmdline'), argv.replaceAll(' ', '\0'));
    writeFileSync(join(folder, 'status'), `Name:\tx\nCapBnd:\t${rights}\n`);
  }
  return dir;
}

it.each([
  ['the engine of that socket', '/tmp/s', ['dockerd --host unix:///tmp/s', LESS], 1],
  ['not one of another', '/tmp/s', ['dockerd --host unix:///tmp/t', LITTLE], 0],
  [
    'the one of the system, by its usual address',
    '/var/run/docker.sock',
    ['/usr/bin/dockerd -H fd://', LESS],
    1,
  ],
  ['the same', '/run/docker.sock', ['/usr/sbin/dockerd', LESS], 1],
  ["not the one of the system, for a test's own", '/tmp/s', ['/usr/bin/dockerd -H fd://', LITTLE], 0],
  ['Podman', '/run/podman/podman.sock', ['podman system service unix:///run/podman/podman.sock', LESS], 1],
  ['no other program', '/tmp/s', ['vi unix:///tmp/s', LITTLE], 0],
] as const)('are those of %s', async (_, socket, process, missing) => {
  const rights = await engineRights(socket, await proc([process, ['init', LITTLE]]));
  expect(ALL.length - rights.length).toBe(missing);
  expect(rights.includes('SYS_RESOURCE')).toBe(missing === 0);
});

it('are all where nothing is shown', async () => {
  expect(await engineRights('/tmp/s', '/no/such/folder')).toEqual(ALL);
});
