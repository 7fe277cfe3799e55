import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectGuest } from '../../scripts/suites/inspect.ts';
import { localMachine } from './support.ts';

const { signal } = new AbortController();
const PROGRAM = '#!/bin/sh\necho "runc version 1.1.15: really"\necho "commit: abc"\n';

function withProgram(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'repro-')));
  writeFileSync(join(folder, 'runc-1.1.15'), PROGRAM);
  chmodSync(join(folder, 'runc-1.1.15'), 0o755);
  symlinkSync('runc-1.1.15', join(folder, 'runc'));
  return folder;
}

describe('inspectGuest', () => {
  it('resolves links, hashes the file and takes the first line of --version', async () => {
    const folder = withProgram();
    const path = `${folder}:${process.env.PATH}`;
    const components = await inspectGuest(localMachine(), { runc: 'runc' }, signal, path);
    expect(components.runc).toEqual({
      reported: 'runc version 1.1.15: really',
      path: join(folder, 'runc-1.1.15'),
      sha256: createHash('sha256').update(PROGRAM).digest('hex'),
      bytes: PROGRAM.length,
    });
    expect(components.kernel?.reported).toMatch(/^\d+\.\d+/);
  });

  it('refuses a program that could not be started', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'repro-')));
    const said = 'runc: error while loading shared libraries: libx.so.2: cannot open shared object file';
    writeFileSync(join(folder, 'runc'), `#!/bin/sh\necho "${said}" >&2\nexit 127\n`);
    chmodSync(join(folder, 'runc'), 0o755);
    const asked = inspectGuest(localMachine(), { runc: 'runc' }, signal, `${folder}:${process.env.PATH}`);
    await expect(asked).rejects.toMatchObject({
      code: 'cannot-start',
      message: `runc can't start: ${said}; the machine has no libx.so.2`,
    });
  });

  it('leaves out what is not there', async () => {
    const components = await inspectGuest(localMachine(), { runc: 'no-such-runc' }, signal);
    expect(Object.keys(components)).toEqual(['kernel']);
  });
});
