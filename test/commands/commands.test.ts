import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { report } from '../../scripts/commands/failure.ts';
import { printJson, say, table } from '../../scripts/commands/output.ts';
import { lineOf, outcomeOf } from '../../scripts/commands/progress.ts';
import { ArtifactError, InterruptedError, MachineError, UsageError } from '../../scripts/lib/errors.ts';
import { skippedCell } from '../../scripts/runner/skipped-cell.ts';
import { testCell as cell } from '../suites/support.ts';

const skipped = skippedCell(cell, [], new ArtifactError('no-package', 'no runc 9.9'), 1);
const interval = { low: 0, high: 1, confidence: 0.95 };

describe('outcomeOf', () => {
  const bad = { ...skipped, verdict: { kind: 'bad' as const, bad: 8, total: 10, interval } };

  it.each([
    ['skip: no runc 9.9', skipped],
    ['bad 8/10', bad],
    ['bad 8/10, as expected', { ...bad, expected: { verdict: 'bad' as const, met: true } }],
    ['bad 8/10, shared with x/runc=1', { ...bad, sharedWith: 'x/runc=1' }],
    ['bad 8/10, expected good', { ...bad, expected: { verdict: 'good' as const, met: false } }],
  ])('%s', (text, result) => {
    expect(outcomeOf(result)).toBe(text);
  });
});

describe('lineOf', () => {
  it.each([
    [
      'smoke: 1 cell(s), evidence in runs/x',
      { type: 'run-start', scenario: 'smoke', cells: [cell], dir: 'runs/x' },
    ],
    ['resolve', { type: 'phase', name: 'resolve' }],
    ['downloading', { type: 'notice', text: 'downloading' }],
    ['runc=1.1.15: started', { type: 'cell-start', cell }],
    ['runc=1.1.15: boot', { type: 'cell-step', cell, step: 'boot' }],
    ['runc=1.1.15: skip: no runc 9.9', { type: 'cell-end', cell, result: skipped }],
    [undefined, { type: 'cell-prepare', cell, step: 'artifacts' }],
    [undefined, { type: 'sample-start', cell, sample: 'start#1', n: 1, total: 2 }],
    [undefined, { type: 'run-end', dir: 'runs/x', exitCode: 0 }],
  ] as const)('%s', (line, event) => {
    expect(lineOf(event)).toBe(line);
  });
});

describe('what strangers wrote', () => {
  const evil = '\u001b]0;pwned\u0007\u001b[2J\u202e\u200b\u009b31m\ud800\nrepro: all is well';
  const unsafe = /[\p{Cc}\p{Cf}\p{Cs}]/u;
  const named = { ...cell, id: `x/${evil}`, axes: { [evil]: evil } };
  const result = { ...skipped, verdict: { kind: 'skip' as const, reason: evil }, sharedWith: evil };

  it.each([
    { type: 'run-start', scenario: evil, cells: [named], dir: evil },
    { type: 'phase', name: evil },
    { type: 'notice', text: evil },
    { type: 'cell-start', cell: named },
    { type: 'cell-step', cell: named, step: evil },
    { type: 'cell-end', cell: named, result },
  ] as const)('is one line of text in the live line of $type', (event) => {
    expect(lineOf(event, true)).not.toMatch(unsafe);
    expect(lineOf(event)).not.toMatch(unsafe);
    expect(outcomeOf(result)).not.toMatch(unsafe);
  });

  it('is text in an error, and no message of its own', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const consoleTail = [evil];
    report(new MachineError('panic', `it said ${evil}`, { hint: evil, consoleTail }));
    say(evil);
    const shown = stripVTControlCharacters(write.mock.calls.map(([text]) => String(text)).join(''));
    expect(shown.replaceAll('\n', '')).not.toMatch(unsafe);
    expect(shown).not.toContain('pwned');
    expect(shown.match(/^repro:/gm)).toHaveLength(2);
    write.mockRestore();
  });

  it('is text in a table, and the same in JSON', () => {
    expect(table([[evil, 'x']])).not.toMatch(unsafe);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    printJson({ evil });
    const [[shown = ''] = []] = write.mock.calls;
    write.mockRestore();
    expect(JSON.parse(String(shown))).toEqual({ evil });
    expect(String(shown).replaceAll('\n', '')).not.toMatch(unsafe);
  });
});

it('a line names the scenario of its cell where several run', () => {
  expect(lineOf({ type: 'cell-start', cell }, true)).toBe('test/runc=1.1.15: started');
});

it('table: columns as wide as their widest value', () => {
  expect(table([['a', 'bb', 'end'], ['long', 'b', 'e'], ['x']])).toBe('a     bb  end\nlong  b   e\nx');
  expect(table([])).toBe('');
});

describe('a failure as the user sees it', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  function shown(error: unknown): { text: string; code: number } {
    vi.stubEnv('REPRO_DEBUG', '');
    let text = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    const code = report(error);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken out
    return { text: text.replaceAll(/\x1b\[\d+m/g, ''), code };
  }

  it.each([
    [new UsageError('x', 'no axis runk', { hint: 'runc?' }), 2, 'repro: no axis runk\nhint: runc?\n'],
    [new ArtifactError('x', 'the mirror is down'), 125, 'repro: the mirror is down\n'],
    [new InterruptedError(), 130, 'repro: interrupted\n'],
    [
      new MachineError('panic', 'kernel panic: oops', { consoleTail: ['one', 'two'] }),
      125,
      'repro: kernel panic: oops\nthe console ended with:\n  one\n  two\n',
    ],
    [
      Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), {
        code: 'ENOSPC',
        errno: -28,
        syscall: 'write',
      }),
      125,
      "repro: ENOSPC: no space left on device, write '/x'\n",
    ],
  ])('%s', (error, code, text) => {
    expect(shown(error)).toEqual({ text, code });
  });

  it('only a bug of ours shows where it happened', () => {
    const { text, code } = shown(new TypeError('x is not a function'));
    expect(code).toBe(125);
    expect(text).toMatch(/^repro: internal error\nTypeError: x is not a function\n\s+at /);
  });
});
