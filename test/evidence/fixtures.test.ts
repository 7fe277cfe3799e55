import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findKernelEvents } from '../../scripts/evidence/kernel-events.ts';
import { parseKernelLog } from '../../scripts/evidence/kernel-log.ts';
import { attributeOomKills } from '../../scripts/evidence/marks.ts';
import { findOomKills } from '../../scripts/evidence/oom-kills.ts';
import type { OomKill } from '../../scripts/model/oom-kill.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/kernel-log');
const fixtures = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
const kills = (bytes: Buffer) => findOomKills(parseKernelLog(bytes.toString('utf8')).entries);

test('every fixture has an expectation and the other way round', () => {
  expect(fixtures.length).toBeGreaterThan(0);
  for (const name of fixtures) {
    expect(existsSync(join(FOLDER, name.replace('.txt', '.expected.json'))), name).toBe(true);
  }
  const expectations = readdirSync(FOLDER).filter((name) => name.endsWith('.expected.json'));
  expect(expectations.length).toBe(fixtures.length);
});

describe.each(fixtures)('%s', (name) => {
  const bytes = readFileSync(join(FOLDER, name));

  test('is read as expected', () => {
    const expected = JSON.parse(readFileSync(join(FOLDER, name.replace('.txt', '.expected.json')), 'utf8'));
    const { entries } = parseKernelLog(bytes.toString('utf8'));
    const found = {
      oomKills: attributeOomKills(entries, new Map()),
      kernelEvents: findKernelEvents(entries),
    };
    expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
  });

  test('cut at any byte, it yields no kill that the whole of it does not yield', () => {
    const all = new Set(kills(bytes).map((kill) => JSON.stringify(kill)));
    // Long recordings: every byte near a kill matters, the rest is cut at every line.
    const text = bytes.toString('latin1');
    const step = Math.max(1, Math.floor(bytes.length / 20_000));
    for (let end = 0; end <= bytes.length; end++) {
      const near = /oom|Killed|memory: usage|Tasks in/.test(
        text.slice(text.lastIndexOf('\n', end - 1) + 1, end),
      );
      if (step > 1 && !near && end % step !== 0) continue;
      for (const kill of kills(bytes.subarray(0, end))) {
        expect(all.has(JSON.stringify(kill)), `cut at byte ${end}: ${kill.line}`).toBe(true);
      }
    }
  });

  test('with the beginning lost, what is missing is undefined and nothing else differs', () => {
    const key = ({ line, at }: OomKill) => `${at} ${line}`;
    const whole = new Map(kills(bytes).map((kill) => [key(kill), kill]));
    const text = bytes.toString('utf8');
    for (let start = text.indexOf('\n') + 1; start > 0; start = text.indexOf('\n', start) + 1) {
      const { entries } = parseKernelLog(text.slice(start));
      for (const kill of findOomKills(entries)) {
        expect(entries.some(({ message }) => message === kill.line)).toBe(true);
        const full = whole.get(key(kill));
        // Without its beginning, an interleaved report without callers can't be told from a plain one.
        if (full === undefined || name === 'synthetic-interleaved.txt') continue;
        const known = Object.entries(kill).filter(([, value]) => value !== undefined);
        expect(full).toMatchObject(Object.fromEntries(known));
      }
    }
  });
});
