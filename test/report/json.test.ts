import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../scripts/lib/errors.ts';
import type { Report } from '../../scripts/model/report.ts';
import { parseReport, readReport, renderJson, writeReport } from '../../scripts/report/json.ts';
import { filled } from '../fixtures/reports/filled.ts';
import { FIXTURES, troubled, twoCells } from '../fixtures/reports/index.ts';

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'repro-report-'));
});
afterEach(() => rm(runs, { recursive: true }));

async function makeRun(name: string, report?: Report): Promise<string> {
  const dir = join(runs, name);
  await mkdir(dir);
  if (report !== undefined) await writeReport(dir, report);
  return dir;
}

async function errorOf(promise: Promise<unknown>): Promise<UsageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return error as UsageError;
}

test.each(Object.entries(FIXTURES))('%s comes back as it was written', async (_, make) => {
  const dir = await makeRun('run', make());
  const { report, dir: found } = await readReport(dir);
  expect(report).toEqual(make());
  expect(found).toBe(dir);
});

test('nothing but the report is left in the folder, also when many write at once', async () => {
  const dir = await makeRun('run');
  await Promise.all(Array.from({ length: 8 }, () => writeReport(dir, twoCells())));
  expect(await readdir(dir)).toEqual(['report.json']);
  expect((await readReport(dir)).report).toEqual(twoCells());
});

test('a report that cannot be written leaves the old one', async () => {
  const dir = await makeRun('run', twoCells());
  const unwritable = { ...twoCells(), durationMs: 1n as unknown as number };
  await expect(writeReport(dir, unwritable)).rejects.toThrow('BigInt');
  expect(await readdir(dir)).toEqual(['report.json']);
  expect((await readReport(dir)).report).toEqual(twoCells());
});

test('fields of a later version are let pass', () => {
  const later = { ...twoCells(), addedLater: { x: 1 } };
  expect(parseReport(JSON.stringify(later), 'r')).toMatchObject({ scenario: 'containerd16-cgroupfs' });
});

test('and stay in the report, at any place: as JSON it is what it was', () => {
  const [cell, ...cells] = twoCells().cells;
  const [sample, ...samples] = cell?.samples ?? [];
  const changed = { ...cell, addedLater: 1, samples: [{ ...sample, addedLater: 2 }, ...samples] };
  const later = JSON.stringify({ ...twoCells(), addedLater: { x: 1 }, cells: [changed, ...cells] });
  expect(JSON.parse(renderJson(parseReport(later, 'r')))).toEqual(JSON.parse(later));
});

describe('finds a run', () => {
  test('by its folder, by its report, by the beginning of its name, and the latest', async () => {
    const old = await makeRun('2026-01-01-a', twoCells());
    const late = await makeRun('2026-01-02-b', troubled());
    await makeRun('2026-01-03-unfinished');
    for (const name of [old, join(old, 'report.json'), '2026-01-01']) {
      expect((await readReport(name, runs)).dir, name).toBe(old);
    }
    expect((await readReport('latest', runs)).dir).toBe(late);
  });

  test('but not one of several', async () => {
    await makeRun('2026-01-01-a', twoCells());
    await makeRun('2026-01-01-b', twoCells());
    const error = await errorOf(readReport('2026-01', runs));
    expect(error.code).toBe('ambiguous-run');
    expect(error.hint).toContain('2026-01-01-a, 2026-01-01-b');
  });

  test.each(['nothing', 'latest', ''])('but not "%s" where there is none', async (name) => {
    const error = await errorOf(readReport(name, runs));
    expect(error.code).toBe('no-run');
    expect(error.hint).toContain('repro run');
  });
});

test('a report of version 1 is read as if it had been written today', () => {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/reports/version1.json'), 'utf8');
  expect(text).toContain('"schema":"repro.report/1"');
  // A later version may have more fields.
  expect(filled('x')).toMatchObject(parseReport(text, 'version1.json'));
});

describe('says clearly that', () => {
  test('a folder holds no report', async () => {
    const dir = await makeRun('run');
    const error = await errorOf(readReport(dir));
    expect(error.code).toBe('no-report');
    expect(error.message).toContain(dir);
    expect(error.exitCode).toBe(2);
  });

  test.each([
    ['{"schema": "repro.report/1", "scenario": ', 'corrupt-report', 'damaged'],
    ['', 'corrupt-report', 'damaged'],
    ['[]', 'foreign-report', 'not a report of repro'],
    ['null', 'foreign-report', 'not a report of repro'],
    ['{"name": "something else"}', 'foreign-report', 'not a report of repro'],
    ['{"schema": "repro.report/3"}', 'foreign-report', 'has the schema repro.report/3'],
    ['{"schema": "repro.report/2"}', 'corrupt-report', 'at scenario'],
    ['{"schema": "repro.report/1"}', 'corrupt-report', 'at scenario'],
  ])('%s is no report', async (text, code, words) => {
    const dir = await makeRun('run');
    await writeFile(join(dir, 'report.json'), text);
    const error = await errorOf(readReport(dir));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain(join(dir, 'report.json'));
    expect(error.hint).toBeTruthy();
  });

  test.each([
    ['a symptom of symptoms of symptoms', { symptom: nested('{"any":[', ']}') }, 'more than 100 deep'],
    ['a field that nobody knows', { later: nested('[', ']') }, 'more than 100 deep'],
    [
      'an axis that every object has',
      { unsupported: [{ axes: { constructor: 'x' }, reason: 'x' }] },
      'constructor',
    ],
  ])('%s would break who reads it', (_, changes, words) => {
    const text = JSON.stringify({ ...twoCells(), ...changes }).replaceAll(
      /"@(.*?)@"/g,
      (_whole, raw: string) => JSON.parse(`"${raw}"`),
    );
    expect(() => parseReport(text, 'r')).toThrow(UsageError);
    expect(() => parseReport(text, 'r')).toThrow(words);
  });

  test('a field deep inside is wrong', () => {
    const report = JSON.parse(renderJson(twoCells()));
    report.cells[1].verdict.bad = 'many';
    expect(() => parseReport(JSON.stringify(report), 'r')).toThrow(/r is damaged: .*at cells\.1\.verdict/);
  });
});

/** Stands for JSON that is too deep to be made from a value. */
function nested(open: string, close: string): string {
  return `@${open.repeat(12_000)}{"case":"fails"}${close.repeat(12_000)}@`;
}
