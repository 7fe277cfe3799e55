import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readReport } from '../../scripts/report/json.ts';
import { ReportWriter } from '../../scripts/report/writer.ts';
import { twoCells } from '../fixtures/reports/index.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repro-writer-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dir, { recursive: true });
});

const titled = (title: string) => () => ({ ...twoCells(), title });
const title = async () => (await readReport(dir)).report.title;

/** A clock by which each write takes 100 ms. */
function slowClock() {
  const clock = { now: 0, reads: 0 };
  return { clock, read: () => clock.now + 100 * Math.floor(clock.reads++ / 2) };
}

test('after a write that took long, the next ones wait, and only the latest is written', async () => {
  const { clock, read } = slowClock();
  const writer = new ReportWriter(dir, read);
  await writer.save(titled('first'));
  expect(await title()).toBe('first');
  for (const one of ['second', 'third']) await writer.save(titled(one));
  expect(writer.writes).toBe(1);
  expect(await title()).toBe('first');
  clock.now += 100_000;
  await writer.save(titled('fourth'));
  expect(await title()).toBe('fourth');
  expect(writer.writes).toBe(2);
});

test('the last report is written at once, and what waited is not', async () => {
  const { read } = slowClock();
  const writer = new ReportWriter(dir, read);
  await writer.save(titled('first'));
  await writer.save(titled('waits'));
  expect((await writer.finish(titled('last'))).title).toBe('last');
  expect(await title()).toBe('last');
  expect(writer.writes).toBe(2);
});

test('what waits is written though nothing else happens', async () => {
  let now = 0;
  // The first write seems to take 1 ms, so that the pause is 20 ms.
  const writer = new ReportWriter(dir, () => now++);
  await writer.save(titled('first'));
  await writer.save(titled('second'));
  await vi.waitFor(async () => expect(await title()).toBe('second'), { timeout: 30_000 });
});

test('a report that can not be written is an error of the one who asked', async () => {
  const writer = new ReportWriter(join(dir, 'none'));
  await expect(writer.save(titled('x'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(writer.finish(titled('x'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('of many cells that end at once, few reports are written', async () => {
  const { read } = slowClock();
  const writer = new ReportWriter(dir, read);
  for (let at = 0; at < 1000; at++) await writer.save(titled(`${at}`));
  await writer.finish(titled('last'));
  // 100 ms of clock a call of it: by then a pause of two seconds ended some times.
  expect(writer.writes).toBeLessThan(200);
});
