import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { makeFolder, writeWhole } from '../../scripts/lib/files.ts';
import { parseJson, readJson, recallJson, writeJson } from '../../scripts/lib/json.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repro-test-files-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

describe('writeWhole', () => {
  test('writes over what is there, and leaves nothing beside it', async () => {
    await writeWhole(join(dir, 'a'), 'one');
    await writeWhole(join(dir, 'a'), 'two');
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('two');
    expect(await readdir(dir)).toEqual(['a']);
  });

  test('a failure leaves what was there, and nothing beside it', async () => {
    await mkdir(join(dir, 'a/below'), { recursive: true });
    await expect(writeWhole(join(dir, 'a'), 'one')).rejects.toThrow();
    expect(await readdir(dir)).toEqual(['a']);
  });
});

describe('makeFolder', () => {
  test('makes what is above, also when several do so at once, and is content with what is there', async () => {
    const deep = join(dir, 'a/b/c');
    await Promise.all(Array.from({ length: 5 }, () => makeFolder(deep)));
    await makeFolder(deep);
    expect(await readdir(join(dir, 'a/b'))).toEqual(['c']);
  });

  test('says so when a file is in the way', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(dir, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('does not bring back the folder that it is to stay within', async () => {
    const run = join(dir, 'run');
    await expect(makeFolder(join(run, 'cells/x'), run)).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(run);
    await makeFolder(join(run, 'cells/x'), `${run}/`);
    expect(await readdir(run)).toEqual(['cells']);
  });

  test('ends in a current folder that was removed, where that of Node tries for ever', () => {
    const gone = join(dir, 'gone');
    mkdirSync(gone);
    const script = `import { rmdirSync } from 'node:fs';
      import { makeFolder } from '${join(packageRoot(), 'scripts/lib/files.ts')}';
      rmdirSync(${JSON.stringify(gone)});
      await makeFolder('a/b/c').catch((error) => console.log(error.code, error.path));`;
    const tsx = join(packageRoot(), 'node_modules/tsx/dist/loader.mjs');
    const argv = ['--import', tsx, '--input-type=module', '-e', script];
    const said = execFileSync(process.execPath, argv, { cwd: gone, encoding: 'utf8', timeout: 30_000 });
    expect(said).toBe('ENOENT a\n');
  }, 40_000);
});

describe('JSON', () => {
  const schema = z.object({ name: z.string(), list: z.array(z.object({ n: z.number() })) });

  test('is read as it was written', async () => {
    const value = { name: 'x', list: [{ n: 1 }] };
    await writeJson(join(dir, 'a.json'), value);
    expect(await readJson(join(dir, 'a.json'), schema)).toEqual(value);
  });

  test.each([
    ['', /^a\.json is damaged: Unexpected end of JSON input$/],
    ['{"name": "x"', /^a\.json is damaged: /],
    ['null', /^a\.json is damaged: .*, at the top level$/],
    ['{"name": 1, "list": []}', /^a\.json is damaged: .*, at name$/],
    ['{"name": "x", "list": [{"n": 1}, {}]}', /^a\.json is damaged: .*, at list\.1\.n$/],
  ])('says what is wrong where: %s', (text, message) => {
    expect(() => parseJson(text, schema, 'a.json')).toThrow(message);
  });

  test('is undefined where it can be made again', async () => {
    expect(await recallJson(join(dir, 'none.json'), schema)).toBeUndefined();
    writeFileSync(join(dir, 'a.json'), '{"files": null}');
    expect(await recallJson(join(dir, 'a.json'), schema)).toBeUndefined();
    await expect(readJson(join(dir, 'none.json'), schema)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
