import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../scripts/model/report.ts';
import { renderTerminal } from '../../scripts/report/terminal.ts';
import { terminalOptions } from '../../scripts/report/to-stdout.ts';
import { bigGrid, FIXTURES, hostile, troubled, twoCells } from '../fixtures/reports/index.ts';
import { artifacts, cell, report } from '../fixtures/reports/parts.ts';

const plain = (given: Report, width = 80): string => renderTerminal(given, { width, color: false });

describe.each(Object.entries(FIXTURES))('%s', (_, make) => {
  test('holds no control characters of its own or of others', () => {
    expect(plain(make()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  test('differs by colour only when in colour', () => {
    const coloured = renderTerminal(make(), { width: 80, color: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(plain(make()));
  });

  test.each([60, 80, 120, 200])(
    'keeps lines that are quoted whole, and others within %d columns',
    (width) => {
      const quoted = new Set([
        ...make().cells.flatMap(({ oomKills, kernelEvents, samples }) => [
          ...[...oomKills, ...kernelEvents].map(({ line }) => line),
          ...samples.flatMap(({ errors }) => errors),
        ]),
      ]);
      const own = plain(make(), width)
        .split('\n')
        .filter((line) => !quoted.has(line) && !/^ {4}│|Killed process/.test(line));
      // A cell in two lines, on a narrow terminal, is named in full.
      for (const line of own.filter((text) => !/^ {2}[✔✘○] (good|bad|skip) /.test(text))) {
        expect([...line].length, line).toBeLessThanOrEqual(width);
      }
    },
  );
});

test('per cell: verdict, rate with interval, spread, expectation', () => {
  const lines = plain(twoCells()).split('\n');
  expect(lines.find((line) => line.startsWith('  1.1.5 '))).toMatch(
    /✔ good +0\/30 +0–12% +3\.39–3\.59–3\.81 MiB +yes$/,
  );
  expect(lines.find((line) => line.startsWith('  1.1.15 '))).toMatch(/✘ bad +20\/30 +47–83% .* MiB +yes$/);
});

test('what all cells share is said once', () => {
  const text = plain(twoCells());
  expect(text).toContain('containerd 1.6.20 · cgroupfs · cgroup v2 · Linux 6.12.95 · limit 15Mi\n');
  expect(text.match(/6\.12\.95/g)).toHaveLength(1);
});

test('the kernel line stands alone on a line, whole, at any width', () => {
  const line = twoCells().cells[1]?.oomKills[0]?.line ?? '';
  expect(line.length).toBeGreaterThan(150);
  for (const width of [40, 80, 200]) expect(plain(twoCells(), width).split('\n')).toContain(line);
});

test('where no OOM kill showed it, the words of the runtime stand there', () => {
  expect(plain(bigGrid()).split('\n')).toContain(
    'unable to set memory limit to 10485760 (current usage: 16297984, peak usage: 16700000)',
  );
});

test('every bad cell has its line', () => {
  const text = plain(bigGrid());
  expect(text.match(/^ {2}✘ runc 1\.1\.15/gm)).toHaveLength(8);
  expect(text.match(/Killed process|unable to set/g)).toHaveLength(8);
});

test('missed expectations and skips stand out at the end, with the console', () => {
  const text = plain(troubled());
  expect(text).toMatch(
    /○ NOT JUDGED: runc 1\.1\.5 {2}expected good, 0 of 25 samples\n {4}the machine did not come up/,
  );
  expect(text).toContain('│ [    2.215034] Kernel panic - not syncing');
  expect(text).toMatch(/✘ EXPECTATION MISSED: runc 1\.3\.6 {2}expected bad, was good, 0 of 8 bad/);
  expect(text.indexOf('EXPECTATION MISSED')).toBeGreaterThan(text.indexOf('Killed process'));
  expect(text).toMatch(/interrupted · 1 of 3 NOT as expected\n.*exit code 130/);
});

test('many cells that failed for one reason are one item', () => {
  const cells = [1, 2, 3, 4, 5].map((runc) =>
    cell({
      scenario: 's',
      axes: { runc },
      artifacts: artifacts(),
      machine: undefined,
      samples: [],
      failure: 'mirror down',
    }),
  );
  const text = plain(report({ scenario: 's', title: 't', question: 'q', cells }));
  expect(text.match(/mirror down/g)).toHaveLength(1);
  expect(text).toContain('NOT JUDGED: runc 1; runc 2; runc 3; and 2 more');
});

test('unsupported combinations are grouped, with the axes that matter and the reason', () => {
  expect(plain(bigGrid(), 200)).toContain(
    '12 unsupported combinations:\n    12 × cgroup v1, Linux 6.12: kernel 6.12 of trixie has no v1 memory controller',
  );
});

test('axes become headings until the table fits, and a column each when there is room', () => {
  expect(plain(bigGrid(), 80)).toContain(
    '\n  runc 1.1.5 · containerd 1.6.20\n  cgroupfs  v2      6.12.95  ✔ good',
  );
  expect(plain(bigGrid(), 140)).toContain('\n  1.1.5   1.6.20      cgroupfs  v2      6.12.95  ✔ good');
});

test('the evidence is named when its folder is known', () => {
  expect(renderTerminal(twoCells(), { dir: 'repro-runs/a b' })).toMatch(
    /evidence {2}repro-runs\/a b\n.*repro report 'repro-runs\/a b' --format html\n$/,
  );
  expect(plain(hostile())).not.toContain('evidence');
});

test('a report without cells says so', () => {
  expect(plain({ ...twoCells(), cells: [] })).toContain('no cell was run');
});

describe('colour', () => {
  const terminal = { isTTY: true, columns: 100 };
  test.each([
    [terminal, {}, true],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [terminal, { TERM: 'dumb' }, false],
    [{}, {}, false],
    [{}, { CI: 'true' }, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{}, { FORCE_COLOR: '0' }, false],
  ])('%j with %j: %s', (stream, env, color) => {
    expect(terminalOptions(stream, env).color).toBe(color);
  });

  test('a pipe is taken as 80 columns wide', () => expect(terminalOptions({}, {}).width).toBe(80));
});
