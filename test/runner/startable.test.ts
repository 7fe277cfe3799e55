/** Programs that can't be started, really executed, here. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ReproError } from '../../scripts/lib/errors.ts';
import { Startable } from '../../scripts/runner/startable.ts';
import { fakeMachine, runHere } from '../suites/support.ts';
import { temporaryDir } from '../vm/support.ts';

/** A machine in which runc is this file; `looked` counts how often it was executed. */
async function withRunc(content: string | Buffer) {
  const file = join(await temporaryDir(), 'runc');
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  let looked = 0;
  const machine = fakeMachine((text) => {
    looked++;
    const script = text.replace(/^bash -c /, '').replace('/usr/sbin/runc', file);
    return runHere(`exec bash -c "$SCRIPT"`, { SCRIPT: script });
  });
  return { file, looked: () => looked, startable: new Startable(machine, ['kernel', 'runc']) };
}

/** An ELF header of another machine: AArch64, of a whole program as far as anyone looks. */
const FOREIGN = Buffer.alloc(4096);
FOREIGN.write('7f454c4602010100000000000000000002', 'hex');
FOREIGN.writeUInt16LE(183, 18);

it.each<[string, string | Buffer, RegExp]>([
  ['a program of another machine', FOREIGN, /runc can't start: .*Exec format error/],
  [
    'a script without its interpreter',
    '#!/no/such/interpreter\n',
    /can't start: .*(?:bad interpreter|required file)/,
  ],
  [
    'what the loader says',
    `#!/bin/sh\necho "runc: symbol lookup error: runc: undefined symbol: x" >&2; exit 127\n`,
    /symbol lookup error/,
  ],
  [
    'a libc that is too old',
    `#!/bin/sh\necho "runc: libc.so.6: version \\\`GLIBC_2.99' not found (required by runc)" >&2; exit 1\n`,
    /GLIBC_2\.99/,
  ],
])('%s', async (_, content, expected) => {
  const { startable } = await withRunc(content);
  const refusal = await startable.refusal();
  expect(refusal).toMatchObject({ code: 'cannot-start', message: expect.stringMatching(expected) });
});

it.each([
  ['one that tells its version', '#!/bin/sh\necho runc version 1\n'],
  [
    'one that does not know the option',
    '#!/bin/sh\necho "flag provided but not defined: -version" >&2; exit 2\n',
  ],
  ['one that crashes', '#!/bin/sh\nkill -SEGV $$\n'],
])('%s has started', async (_, content) => {
  const { startable } = await withRunc(content);
  expect(await startable.refusal()).toBeUndefined();
});

it('is asked once, and only when something failed', async () => {
  const { startable, looked } = await withRunc('#!/no/such/interpreter\n');
  expect(await startable.explain(async () => 7)).toBe(7);
  expect(looked()).toBe(0);
  const failing = () => startable.explain(() => Promise.reject(new ReproError('guest-script', 'failed')));
  await expect(failing()).rejects.toMatchObject({ code: 'cannot-start' });
  await expect(failing()).rejects.toMatchObject({ code: 'cannot-start' });
  expect(looked()).toBe(1);
});

it('a failure of anything else stays what it is, also when nobody can be asked', async () => {
  const error = new ReproError('guest-script', 'failed');
  const { startable } = await withRunc('#!/bin/sh\n');
  await expect(startable.explain(() => Promise.reject(error))).rejects.toBe(error);
  const gone = fakeMachine(() => {
    throw new Error('gone');
  });
  await expect(new Startable(gone, ['runc']).explain(() => Promise.reject(error))).rejects.toBe(error);
});
