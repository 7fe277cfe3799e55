import { describe, expect, test } from 'vitest';
import type { Symptom } from '../../scripts/model/symptom.ts';
import { nearMiss } from '../../scripts/verdict/missed.ts';
import { oomKill, sample } from './samples.ts';

const IN = 'the kernel killed busybox in /oomgroup (memcg)';
const busybox = (rest = {}) => oomKill({ process: 'busybox', memcg: '/oomgroup', ...rest });
const killed = (...kills: ReturnType<typeof oomKill>[]) => sample({ outcome: 'failed', oomKills: kills });

describe('kills', () => {
  test.each<[object, string]>([
    [{ process: 'sh' }, 'process sh'],
    [{ process: '/^sh$/', cgroup: '/oomgroup' }, 'process /^sh$/'],
    [{ cgroup: '/oomgroup/a' }, 'cgroup /oomgroup/a'],
    [{ process: 'busybox', constraint: 'none' }, 'constraint none'],
    [
      { process: 'sh', cgroup: '/kubepods/', constraint: 'none' },
      'process sh, cgroup /kubepods/ and constraint none',
    ],
  ])('%j', (oom, asked) => {
    const kills = [1, 2, 3, 4].map((pid) => busybox({ pid }));
    expect(nearMiss({ oomKill: oom }, killed(...kills))).toBe(`${IN} 4 times; the symptom asks for ${asked}`);
  });

  test('of several, those that lack the least, and of these those that came most often', () => {
    const symptom: Symptom = { oomKill: { process: 'sh', cgroup: '/oomgroup' } };
    const far = [1, 2, 3].map((pid) => oomKill({ process: 'dd', memcg: '/system', pid }));
    const rare = busybox({ process: 'dd' });
    expect(nearMiss(symptom, killed(...far, rare, busybox(), busybox({ pid: 2 })))).toBe(
      `${IN} 2 times; the symptom asks for process sh`,
    );
  });

  test('what the kernel did not tell is said, and so is a kill on purpose', () => {
    const untold = busybox({ memcg: undefined, constraint: undefined });
    expect(nearMiss({ oomKill: { cgroup: '/oomgroup', constraint: 'memcg' } }, killed(untold))).toBe(
      "the kernel killed busybox once; the symptom asks for cgroup /oomgroup, which the kernel log doesn't tell " +
        "and constraint memcg, which the kernel log doesn't tell",
    );
    expect(nearMiss({ oomKill: { process: 'busybox' } }, killed(busybox({ expected: true })))).toBe(
      `${IN} once; the symptom asks for a kill that the case does not make on purpose`,
    );
  });

  test('none is no near miss', () => {
    expect(nearMiss({ oomKill: { process: 'sh' } }, killed())).toBeUndefined();
  });
});

describe('errors', () => {
  const failed = sample({
    outcome: 'failed',
    errors: ['first', 'unable to set memory limit to 10485760:\ndevice busy'],
  });
  test.each<[string, string | undefined]>([
    ['Unable to set', 'upper and lower case'],
    ['limit to 10485760: device', 'spaces and line breaks'],
    ['memory limit to 12582912', 'its numbers'],
    ['/Unable to set/', 'upper and lower case (flag i)'],
    ['/^device/', 'line breaks (flags m and s)'],
    ['/limit.*busy/', 'line breaks (flags m and s)'],
    ['/^device/i', 'line breaks (flags m and s)'],
    ['/^Device/', 'case and line breaks (flags i, m and s)'],
    ['permission denied', undefined],
    ['/permission denied/', undefined],
  ])('%s', (error, differs) => {
    expect(nearMiss({ error }, failed)).toBe(
      differs &&
        `the error “unable to set memory limit to 10485760:\ndevice busy” differs in ${differs}; ` +
          `the symptom asks for error ${error}`,
    );
  });

  test('a long one is quoted in part', () => {
    const long = sample({ outcome: 'failed', errors: [`boom ${'x'.repeat(5000)}`] });
    expect(nearMiss({ error: 'Boom' }, long)).toMatch(/^the error “boom x{195}…” differs/);
  });
});

describe('metrics', () => {
  const measured = sample({ metrics: { 'memory.peak': { value: 10, unit: 'bytes' } } });
  test.each<[string, object, string]>([
    ['memory.peak', { above: 20 }, 'memory.peak was 10 bytes; the symptom asks for above 20'],
    [
      'memory.peak',
      { above: 20, below: 5 },
      'memory.peak was 10 bytes; the symptom asks for above 20 or below 5',
    ],
    ['memory.peek', { above: 20 }, 'no metric memory.peek; did you mean memory.peak?'],
    ['start.time', { above: 20 }, 'no metric start.time'],
  ])('%s %j', (metric, bounds, told) => {
    expect(nearMiss({ metric, ...bounds }, measured)).toBe(told);
  });
});

test('of several symptoms, each that is near, three at most', () => {
  const near = (process: string): Symptom => ({ oomKill: { process } });
  const symptom: Symptom = {
    any: [{ error: 'x' }, near('a'), { any: [near('b'), near('b')] }, near('c'), near('d')],
  };
  const said = (process: string) => `${IN} once; the symptom asks for process ${process}`;
  expect(nearMiss(symptom, killed(busybox()))).toBe(['a', 'b', 'c'].map(said).join('; '));
});
