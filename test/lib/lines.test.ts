import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { appendLine, readLines } from '../../scripts/lib/lines.ts';

const schema = z.object({ n: z.number() });
let file: string;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-lines-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  file = join(dir, 'journal.ndjson');
});

test('gives back what was added, with fields that the schema does not know', async () => {
  expect(await readLines(file, schema)).toEqual({ values: [], damaged: [] });
  await appendLine(file, { n: 1, more: 'x' });
  await appendLine(file, { n: 2 });
  expect((await readLines(file, schema)).values).toEqual([{ n: 1, more: 'x' }, { n: 2 }]);
});

test('names the lines that are none, by number', async () => {
  await appendLine(file, { n: 1 });
  appendFileSync(file, 'null\n{"n": "1"}\nrubbish\n');
  await appendLine(file, { n: 2 });
  const { values, damaged } = await readLines(file, schema);
  expect(values).toEqual([{ n: 1 }, { n: 2 }]);
  expect(damaged.map(({ line }) => line)).toEqual([2, 3, 4]);
});

test('a line that would break who walks through it is none', async () => {
  await appendLine(file, { n: 1 });
  const deep = `${'['.repeat(12_000)}${']'.repeat(12_000)}`;
  appendFileSync(file, `{"n": 2, "more": ${deep}}\n{"n": 3, "__proto__": {}}\n{"n": 4, "constructor": 1}\n`);
  const { values, damaged } = await readLines(file, schema);
  expect(values).toEqual([{ n: 1 }]);
  expect(damaged.map(({ why }) => why)).toEqual([
    'it has lists and objects more than 100 deep',
    'it has the key __proto__, a name that every JavaScript object has',
    'it has the key constructor, a name that every JavaScript object has',
  ]);
});

test('a truncated last line is passed over, and taken out only by who writes', async () => {
  await appendLine(file, { n: 1 });
  appendFileSync(file, '{"n": 2');
  expect(await readLines(file, schema)).toEqual({ values: [{ n: 1 }], damaged: [] });
  expect(readFileSync(file, 'utf8')).toContain('{"n": 2');
  await readLines(file, schema, { mend: true });
  await appendLine(file, { n: 3 });
  expect((await readLines(file, schema)).values).toEqual([{ n: 1 }, { n: 3 }]);
});

test('a journal that cannot be read is not an empty one', async () => {
  await expect(readLines(join(file, '..'), schema)).rejects.toMatchObject({ code: 'EISDIR' });
});

test('a disk that gets full within a line leaves none of it', async () => {
  await appendLine(file, { n: 1 });
  const handle = await open(file, 'a');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const full = vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async () => {
    appendFileSync(file, '{"n":');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  onTestFinished(() => full.mockRestore());
  await expect(appendLine(file, { n: 2 })).rejects.toMatchObject({ code: 'disk-full' });
  await appendLine(file, { n: 3 });
  expect((await readLines(file, schema)).values).toEqual([{ n: 1 }, { n: 3 }]);
});
