import { describe, expect, test } from 'vitest';
import type { Sample } from '../../scripts/model/sample.ts';
import type { Symptom } from '../../scripts/model/symptom.ts';
import { unexpectedOf as summaryOf } from '../../scripts/report/findings.ts';
import { renderJunit } from '../../scripts/report/junit.ts';
import { renderMarkdown } from '../../scripts/report/markdown.ts';
import { renderTerminal } from '../../scripts/report/terminal.ts';
import { DEFAULT_CHECKS } from '../../scripts/scenario/kernel-log.ts';
import type { KernelLogChecks } from '../../scripts/scenario/types.ts';
import { judgeCell, judgeSample } from '../../scripts/verdict/judge.ts';
import { unexpectedOf } from '../../scripts/verdict/unexpected.ts';
import { twoCells } from '../fixtures/reports/index.ts';
import { oomKill, sample } from './samples.ts';

const SYMPTOM: Symptom = { error: 'never said' };
const hung = {
  kind: 'hung-task' as const,
  at: 9,
  line: 'INFO: task dd:9 blocked for more than 120 seconds.',
};
const passed: Sample = { ...sample({ id: 'start#1', index: 1 }), startedAt: '2026-05-01T10:00:00.000Z' };
const killed: Sample = { ...passed, oomKills: [oomKill()] };
const hanging: Sample = { ...passed, kernelEvents: [hung] };
const checks = (changes: Partial<KernelLogChecks>): KernelLogChecks => ({ ...DEFAULT_CHECKS, ...changes });

describe('a sample that passed', () => {
  test('beside an OOM kill or a hung task is flagged, and stays good', () => {
    expect(judgeSample(SYMPTOM, killed)).toMatchObject({
      judged: 'good',
      unexpected: [{ kind: 'oom-kill', fails: false, line: oomKill().line }],
    });
    expect(judgeSample(SYMPTOM, hanging).unexpected).toHaveLength(1);
    expect(judgeSample(SYMPTOM, passed)).toEqual({ judged: 'good', because: undefined });
  });

  test('is bad where the scenario says so, and so is its cell', () => {
    const strict = checks({ fail: ['oom-kill'] });
    const { judged, because } = judgeSample(SYMPTOM, killed, strict);
    expect(judged).toBe('bad');
    expect(because).toMatch(/^passed, but the kernel log shows oom-kill: .*runc:\[2:INIT\]/);
    expect(judgeCell(SYMPTOM, [passed, killed], { checks: strict })).toMatchObject({
      kind: 'bad',
      bad: 1,
      total: 2,
    });
    expect(judgeSample(SYMPTOM, hanging, strict).judged).toBe('good');
  });

  test('is not flagged for a kill that it expected, nor for what nobody looks for', () => {
    expect(unexpectedOf({ ...passed, oomKills: [oomKill({ expected: true })] }, DEFAULT_CHECKS)).toEqual([]);
    const warning = { ...passed, kernelEvents: [{ ...hung, kind: 'warning' as const }] };
    expect(unexpectedOf(warning, DEFAULT_CHECKS)).toEqual([]);
    expect(unexpectedOf(warning, checks({ warn: ['warning'] }))).toHaveLength(1);
  });

  test('one that failed has an answer of its own', () => {
    expect(unexpectedOf({ ...killed, outcome: 'failed' }, DEFAULT_CHECKS)).toEqual([]);
  });
});

describe('an exception', () => {
  const except = (until: string, matching?: string) =>
    checks({ fail: ['hung-task'], ignore: [{ kind: 'hung-task', reason: 'slow disk', until, matching }] });

  test('counts until its last day is over', () => {
    expect(judgeSample(SYMPTOM, hanging, except('2026-05-01'))).toEqual({
      judged: 'good',
      because: undefined,
    });
    expect(judgeSample(SYMPTOM, hanging, except('2026-04-30')).because).toBe(
      `passed, but the kernel log shows hung-task (ignored until 2026-04-30: slow disk): ${hung.line}`,
    );
  });

  test('is for its lines alone', () => {
    expect(judgeSample(SYMPTOM, hanging, except('2026-05-01', '/task dd/')).judged).toBe('good');
    expect(judgeSample(SYMPTOM, hanging, except('2026-05-01', '/task jbd2/')).judged).toBe('bad');
  });
});

test('every report tells it', () => {
  const report = twoCells();
  const [first, ...rest] = report.cells;
  if (first === undefined) throw new Error('no cell');
  const samples = first.samples.map((one) => {
    const evidence = { ...one, outcome: 'passed' as const, kernelEvents: [hung] };
    return { ...evidence, ...judgeSample(SYMPTOM, evidence) };
  });
  const cell = { ...first, samples };
  expect(summaryOf(cell)).toMatchObject([{ line: hung.line, count: samples.length }]);
  const told = { ...report, cells: [cell, ...rest] };
  for (const text of [renderTerminal(told), renderMarkdown(told), renderJunit(told)]) {
    expect(text).toContain('passed, but the kernel log shows hung-task');
    expect(text).toContain(hung.line);
  }
});
