import { describe, expect, test } from 'vitest';
import type { Symptom } from '../../scripts/model/symptom.ts';
import { findSymptom, matchSymptom } from '../../scripts/verdict/symptom.ts';
import { oomKill, sample } from './samples.ts';

const withKill = (rest = {}) => sample({ oomKills: [oomKill(rest)] });

describe('oomKill', () => {
  test.each<[object, boolean]>([
    [{}, true],
    [{ process: 'runc:[2:INIT]' }, true],
    [{ process: 'runc' }, false],
    [{ process: '/^runc/' }, true],
    [{ process: '/^RUNC/' }, false],
    [{ process: '/^RUNC/i' }, true],
    [{ cgroup: '/kubepods/burstable/pod1/c' }, true],
    [{ cgroup: '/kubepods/burstable/pod1' }, false],
    [{ cgroup: '/kubepods/' }, true],
    [{ cgroup: '/docker/' }, false],
    [{ constraint: 'memcg' }, true],
    [{ constraint: 'none' }, false],
    [{ process: 'runc:[2:INIT]', constraint: 'none' }, false],
    [{ process: '/runc/', cgroup: '/kubepods/', constraint: 'memcg' }, true],
  ])('%j', (oom, matches) => {
    expect(matchSymptom({ oomKill: oom }, withKill()) !== undefined).toBe(matches);
  });

  test('the reason names the victim and where it lay', () => {
    expect(matchSymptom({ oomKill: {} }, withKill())).toBe(
      'OOM kill of runc:[2:INIT] (pid 620) in /kubepods/burstable/pod1/c',
    );
    expect(matchSymptom({ oomKill: {} }, withKill({ memcg: undefined }))).toBe(
      'OOM kill of runc:[2:INIT] (pid 620)',
    );
  });

  test('a expected kill never matches, another beside it does', () => {
    expect(matchSymptom({ oomKill: {} }, withKill({ expected: true }))).toBeUndefined();
    const both = sample({ oomKills: [oomKill({ expected: true, pid: 1 }), oomKill({ pid: 2 })] });
    expect(matchSymptom({ oomKill: {} }, both)).toContain('pid 2');
  });

  test('what the kernel did not tell is neither a match nor a miss', () => {
    const symptom: Symptom = {
      oomKill: { process: 'runc:[2:INIT]', cgroup: '/kubepods/', constraint: 'memcg' },
    };
    expect(findSymptom(symptom, withKill({ memcg: undefined }))).toEqual({
      seen: 'unknown',
      because: "OOM kill of runc:[2:INIT] (pid 620), but the kernel log doesn't tell its cgroup",
    });
    expect(findSymptom(symptom, withKill({ constraint: undefined })).seen).toBe('unknown');
    expect(matchSymptom(symptom, withKill({ memcg: undefined }))).toBeUndefined();
    // What it did tell may rule the kill out all the same.
    expect(findSymptom(symptom, withKill({ memcg: undefined, process: 'dd' })).seen).toBe('no');
    expect(findSymptom(symptom, withKill({ constraint: undefined, memcg: '/docker/x' })).seen).toBe('no');
    // And a certain match beside it decides.
    const two = sample({ oomKills: [oomKill({ memcg: undefined }), oomKill({ pid: 2 })] });
    expect(matchSymptom(symptom, two)).toContain('pid 2');
  });
});

describe('error', () => {
  const failed = sample({ outcome: 'failed', errors: ['first', 'unable to set memory limit to 10485760'] });
  test.each<[string, string | undefined]>([
    ['unable to set memory limit', 'error: unable to set memory limit to 10485760'],
    ['/limit to \\d+$/', 'error: unable to set memory limit to 10485760'],
    ['Unable', undefined],
  ])('%s', (error, reason) => {
    expect(matchSymptom({ error }, failed)).toBe(reason);
  });
});

describe('metric', () => {
  const measured = sample({ metrics: { 'memory.peak': { value: 10, unit: 'bytes' } } });
  test.each<[object, string | undefined]>([
    [{ above: 9 }, 'memory.peak 10 bytes, above 9'],
    [{ above: 10 }, undefined],
    [{ below: 11 }, 'memory.peak 10 bytes, below 11'],
    [{ below: 10 }, undefined],
    [{ below: 5, above: 9 }, 'memory.peak 10 bytes, above 9'],
    [{ below: 5, above: 20 }, undefined],
    [{ above: 0, below: 0 }, 'memory.peak 10 bytes, above 0'],
  ])('%j', (bounds, reason) => {
    expect(matchSymptom({ metric: 'memory.peak', ...bounds }, measured)).toBe(reason);
  });

  test('one that was not measured', () => {
    expect(findSymptom({ metric: 'startTime', above: 1 }, measured)).toEqual({
      seen: 'unknown',
      because: 'no metric startTime',
    });
    expect(matchSymptom({ metric: 'toString', above: 1 }, measured)).toBeUndefined();
  });
});

describe('case fails', () => {
  test.each([
    ['passed', undefined],
    ['error', undefined],
    ['failed', 'case start failed: boom'],
  ] as const)('%s', (outcome, reason) => {
    expect(matchSymptom({ case: 'fails' }, sample({ outcome, errors: ['boom'] }))).toBe(reason);
  });

  test('without a word', () => {
    expect(matchSymptom({ case: 'fails' }, sample({ outcome: 'failed' }))).toBe(
      'case start failed: no reason given',
    );
  });
});

describe('any', () => {
  const symptom: Symptom = {
    any: [{ metric: 'memory.peak', above: 5 }, { oomKill: {} }, { any: [{ error: 'memory limit' }] }],
  };
  test('the first arm that matches gives the reason, unknown ones notwithstanding', () => {
    expect(matchSymptom(symptom, withKill())).toContain('OOM kill');
    expect(matchSymptom(symptom, sample({ errors: ['memory limit'] }))).toBe('error: memory limit');
  });
  test('no match with an arm unknown is unknown, none at all is no', () => {
    expect(findSymptom(symptom, sample()).seen).toBe('unknown');
    expect(findSymptom(symptom, sample({ metrics: { 'memory.peak': { value: 1, unit: 'B' } } })).seen).toBe(
      'no',
    );
    expect(findSymptom({ any: [] }, sample()).seen).toBe('no');
  });
});
