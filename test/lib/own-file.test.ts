import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../scripts/lib/files.ts';
import { readOwn, refuseLinks } from '../../scripts/lib/own-file.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repro-own-file-'));
  await writeFile(join(dir, 'secret'), 'secret');
  await mkdir(join(dir, 'run'));
});
afterEach(() => rm(dir, { recursive: true }));

test('a file is read, a link is refused, and what is no file is not waited for', async () => {
  await writeFile(join(dir, 'run/a'), 'text');
  await symlink('../secret', join(dir, 'run/link'));
  execFileSync('mkfifo', [join(dir, 'run/pipe')]);
  expect(await readOwn(join(dir, 'run/a'), 10)).toBe('text');
  await expect(readOwn(join(dir, 'run/link'), 10)).rejects.toMatchObject({ code: 'link', exitCode: 2 });
  await expect(readOwn(join(dir, 'run/pipe'), 10)).rejects.toMatchObject({ code: 'no-file' });
  await expect(readOwn(join(dir, 'run'), 10)).rejects.toMatchObject({ code: 'no-file' });
  await expect(readOwn(join(dir, 'run/a'), 3)).rejects.toMatchObject({ code: 'too-large' });
  await expect(readOwn(join(dir, 'run/none'), 3)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('writing replaces a link and leaves what it led to', async () => {
  await symlink('../secret', join(dir, 'run/report.html'));
  await writeWhole(join(dir, 'run/report.html'), 'page');
  expect(await readFile(join(dir, 'secret'), 'utf8')).toBe('secret');
  expect(await readFile(join(dir, 'run/report.html'), 'utf8')).toBe('page');
  expect(await readdir(join(dir, 'run'))).toEqual(['report.html']);
});

test('a link anywhere in a folder is found, and so is a folder that is one', async () => {
  await mkdir(join(dir, 'run/cells/a'), { recursive: true });
  await refuseLinks(join(dir, 'run'));
  await refuseLinks(join(dir, 'none'));
  await symlink('../../../secret', join(dir, 'run/cells/a/kernel.log'));
  await expect(refuseLinks(join(dir, 'run'))).rejects.toMatchObject({
    code: 'link',
    message: expect.stringContaining('run/cells/a/kernel.log is a symbolic link'),
  });
  await refuseLinks(join(dir, 'run'), ['cells']);
  await symlink('run', join(dir, 'link'));
  await expect(refuseLinks(join(dir, 'link'))).rejects.toMatchObject({ code: 'link' });
});

test('a pipe in a folder is found: whoever read it would wait', async () => {
  execFileSync('mkfifo', [join(dir, 'run/journal.ndjson')]);
  await expect(refuseLinks(join(dir, 'run'))).rejects.toMatchObject({ code: 'no-file', exitCode: 2 });
});
