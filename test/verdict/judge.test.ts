import { describe, expect, test } from 'vitest';
import type { Sample } from '../../scripts/model/sample.ts';
import type { Symptom } from '../../scripts/model/symptom.ts';
import { judgeCell, judgeSample } from '../../scripts/verdict/judge.ts';
import { clopperPearson } from '../../scripts/verdict/statistics.ts';
import { oomKill, sample } from './samples.ts';

const SYMPTOM: Symptom = { oomKill: { process: 'runc:[2:INIT]' } };
const BECAUSE = 'OOM kill of runc:[2:INIT] (pid 620) in /kubepods/burstable/pod1/c';

const good = (index: number): Sample => sample({ id: `start#${index}`, index });
const bad = (index: number): Sample => ({ ...good(index), outcome: 'failed', oomKills: [oomKill()] });
const failed = (index: number): Sample => ({ ...good(index), outcome: 'failed', errors: ['boom', 'then'] });
const error = (index: number): Sample => ({ ...good(index), outcome: 'error', errors: ['ssh went away'] });

describe('a sample', () => {
  test.each<[string, Symptom, Sample, object]>([
    ['clean', SYMPTOM, good(1), { judged: 'good', because: undefined }],
    ['with the symptom', SYMPTOM, bad(1), { judged: 'bad', because: BECAUSE }],
    [
      'passed with the symptom',
      SYMPTOM,
      { ...bad(1), outcome: 'passed' },
      { judged: 'bad', because: BECAUSE },
    ],
    [
      'with the symptom before the machine went away',
      SYMPTOM,
      { ...error(1), oomKills: [oomKill()] },
      { judged: 'bad', because: BECAUSE },
    ],
    ['without an answer', SYMPTOM, error(1), { judged: 'unjudged', because: 'ssh went away' }],
    [
      'without an answer, for a reason in the words of the symptom',
      { error: '/went away|loading shared libraries/' },
      error(1),
      { judged: 'unjudged', because: 'ssh went away' },
    ],
    [
      'without an answer, but after the symptom',
      { error: 'boom' },
      { ...error(1), errors: ['boom', 'ssh went away'] },
      { judged: 'bad', because: 'error: boom' },
    ],
    [
      'without an answer or a word',
      SYMPTOM,
      { ...error(1), errors: [] },
      { judged: 'unjudged', because: 'no answer' },
    ],
    [
      'failed otherwise',
      SYMPTOM,
      failed(1),
      { judged: 'unjudged', because: 'failed, but not with the symptom: boom' },
    ],
    [
      'failed on a expected kill',
      SYMPTOM,
      { ...failed(1), oomKills: [oomKill({ expected: true })] },
      {
        judged: 'unjudged',
        because:
          'failed, but not with the symptom: the kernel killed runc:[2:INIT] in /kubepods/burstable/pod1/c (memcg) ' +
          'once; the symptom asks for a kill that the case does not make on purpose; the case failed with: boom',
      },
    ],
    [
      'failed on kills of another process',
      { oomKill: { process: 'sh', cgroup: '/oomgroup' } },
      {
        ...failed(1),
        oomKills: [1, 2, 3, 4].map((pid) => oomKill({ process: 'busybox', memcg: '/oomgroup', pid })),
      },
      {
        judged: 'unjudged',
        because:
          'failed, but not with the symptom: the kernel killed busybox in /oomgroup (memcg) 4 times; ' +
          'the symptom asks for process sh; the case failed with: boom',
      },
    ],
    [
      'failed otherwise, without the metric',
      { metric: 'memory.peak', above: 1 },
      failed(1),
      {
        judged: 'unjudged',
        because: 'failed, but not with the symptom: no metric memory.peak; the case failed with: boom',
      },
    ],
    [
      'failed when that is the symptom',
      { case: 'fails' },
      failed(1),
      { judged: 'bad', because: 'case start failed: boom' },
    ],
    [
      'without the metric',
      { metric: 'memory.peak', above: 1 },
      good(1),
      { judged: 'unjudged', because: 'no metric memory.peak' },
    ],
    [
      'without the metric, but with another arm',
      { any: [{ metric: 'memory.peak', above: 1 }, SYMPTOM] },
      bad(1),
      { judged: 'bad', because: BECAUSE },
    ],
    [
      'with kills whose cgroup is not known',
      { oomKill: { cgroup: '/kubepods/' } },
      sample({ oomKills: [oomKill({ memcg: undefined })] }),
      {
        judged: 'unjudged',
        because: "OOM kill of runc:[2:INIT] (pid 620), but the kernel log doesn't tell its cgroup",
      },
    ],
    [
      'passed, but with a part of the kernel log missing',
      { case: 'fails' },
      sample({ incomplete: 'the kernel log has a gap' }),
      { judged: 'unjudged', because: 'the kernel log has a gap' },
    ],
    [
      'with the symptom in what is left of the kernel log',
      SYMPTOM,
      { ...bad(1), incomplete: 'the kernel log has a gap' },
      { judged: 'bad', because: BECAUSE },
    ],
    [
      'passed beside a panic and a machine-wide kill of something else',
      SYMPTOM,
      sample({
        kernelEvents: [{ kind: 'panic', at: 1, line: 'Kernel panic - not syncing' }],
        oomKills: [oomKill({ process: 'sshd', constraint: 'none', oomMemcg: undefined })],
      }),
      { judged: 'good', because: undefined },
    ],
  ])('%s', (_, symptom, evidence, expected) => {
    expect(judgeSample(symptom, evidence)).toMatchObject(expected);
  });
});

describe('a cell', () => {
  const lost = { reason: 'the machine was lost: no answer for 60 s' };

  test('all good', () => {
    const verdict = judgeCell(SYMPTOM, [good(1), good(2), good(3)]);
    expect(verdict).toEqual({
      kind: 'good',
      bad: 0,
      total: 3,
      interval: clopperPearson(0, 3),
      method: 'clopper-pearson',
    });
    expect(verdict).not.toHaveProperty('reason');
  });

  test('k of n bad', () => {
    expect(judgeCell(SYMPTOM, [good(1), bad(2), bad(3)])).toEqual({
      kind: 'bad',
      bad: 2,
      total: 3,
      interval: clopperPearson(2, 3),
      method: 'clopper-pearson',
    });
  });

  test('bad beside unjudged: n counts the judged', () => {
    expect(judgeCell(SYMPTOM, [failed(1), bad(2), good(3), error(4)])).toEqual({
      kind: 'bad',
      bad: 1,
      total: 2,
      interval: clopperPearson(1, 2),
      method: 'clopper-pearson',
      reason: '2 of 4 not judged, the first start#1: failed, but not with the symptom: boom',
    });
  });

  test('bad before the machine went away', () => {
    expect(judgeCell(SYMPTOM, [bad(1)], { failure: lost })).toMatchObject({
      kind: 'bad',
      bad: 1,
      total: 1,
      reason: lost.reason,
    });
  });

  test('one unjudged sample is enough for skip', () => {
    expect(judgeCell(SYMPTOM, [good(1), good(2), error(3)])).toEqual({
      kind: 'skip',
      reason: '1 of 3 not judged, the first start#3: ssh went away',
    });
  });

  test('a machine failure is a skip, however clean the samples before it', () => {
    expect(judgeCell(SYMPTOM, [good(1), good(2)], { failure: lost })).toEqual({
      kind: 'skip',
      reason: lost.reason,
    });
    expect(judgeCell(SYMPTOM, [], { failure: lost })).toEqual({ kind: 'skip', reason: lost.reason });
    expect(judgeCell(SYMPTOM, [error(1)], { failure: lost })).toEqual({
      kind: 'skip',
      reason: `${lost.reason}; 1 of 1 not judged, the first start#1: ssh went away`,
    });
  });

  test('no samples', () => {
    expect(judgeCell(SYMPTOM, [])).toEqual({ kind: 'skip', reason: 'no sample was run' });
  });
});
