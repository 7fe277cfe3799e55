import { describe, expect, test } from 'vitest';
import { seeded } from '../../scripts/lib/random.ts';
import { axesOf, pairsOf, parseArm } from '../../scripts/verify/arms.ts';
import { looksOf, turnsOf } from '../../scripts/verify/order.ts';
import { DEFAULT_TOLERANCE, parseTolerance } from '../../scripts/verify/tolerance.ts';
import { scenarioOf } from '../scenario/fixture.ts';

describe('what is upgraded', () => {
  test.each([
    ['1.1.15', { runc: '1.1.15' }],
    ['containerd=1.7', { containerd: '1.7' }],
    ['containerd=1.7,runc=1.1.15', { containerd: '1.7', runc: '1.1.15' }],
    ['deb:forky', { runc: 'deb:forky' }],
  ])('%s', (text, spec) => {
    expect(parseArm('baseline', text)).toEqual(spec);
  });

  test.each(['=', 'runc=', '', 'runc=1.1.5,runc=1.1.6'])('%j is refused', (text) => {
    expect(() => parseArm('candidate', text)).toThrow(/--candidate/);
  });

  test('both arms name the same axes, with other values', () => {
    expect(axesOf({ runc: '1', containerd: '2' }, { runc: '3', containerd: '2' })).toEqual({
      runc: ['1', '3'],
      containerd: ['2'],
    });
    expect(() => axesOf({ runc: '1' }, { containerd: '2' })).toThrow(/same axes/);
    expect(axesOf({ runc: '1' }, { runc: '1' })).toEqual({ runc: ['1'] });
  });
});

describe('pairs', () => {
  const { cells } = scenarioOf({
    axes: { runc: ['1.1.5', '1.1.15'], cgroupDriver: ['cgroupfs', 'systemd'] },
    exclude: [{ runc: '1.1.15', cgroupDriver: 'systemd' }],
    suite: 'oci',
    symptom: { case: 'fails' },
  });

  test('differ in what is upgraded alone, and what has no partner is named', () => {
    const { pairs, unpaired } = pairsOf(cells, { runc: '1.1.5' }, { runc: '1.1.15' });
    expect(
      pairs.map(({ name, baseline, candidate }) => [name, baseline.axes.runc, candidate.axes.runc]),
    ).toEqual([['cgroupDriver=cgroupfs', '1.1.5', '1.1.15']]);
    expect(unpaired).toEqual([expect.stringContaining('runc=1.1.5,cgroupDriver=systemd')]);
    expect(pairsOf(cells, { runc: '1.1.15' }, { runc: '1.1.5' }).unpaired).toHaveLength(1);
  });

  test('the order is random, repeatable, and each pair stands together', () => {
    const [arms] = pairsOf(cells, { runc: '1.1.5' }, { runc: '1.1.15' }).pairs;
    if (arms === undefined) throw new Error('no pair');
    const turns = turnsOf(arms, ['start', 'exec'], 20, seeded(7));
    expect(turns).toEqual(turnsOf(arms, ['start', 'exec'], 20, seeded(7)));
    expect(turns).not.toEqual(turnsOf(arms, ['start', 'exec'], 20, seeded(8)));
    expect(turns).toHaveLength(80);
    for (let at = 0; at < turns.length; at += 2) {
      expect(turns[at]?.sample).toBe(turns[at + 1]?.sample);
      expect(turns[at]?.cell).not.toBe(turns[at + 1]?.cell);
    }
    const first = turns.filter(({ cell }, at) => at % 2 === 0 && cell === arms.baseline.id).length;
    expect(first).toBeGreaterThan(8);
    expect(first).toBeLessThan(32);
  });
});

test.each([
  [48, [6, 12, 24, 48]],
  [6, [6]],
  [3, [3]],
  [20, [6, 12, 20]],
])('looks within %i rounds', (rounds, looks) => {
  expect(looksOf(rounds)).toEqual(looks);
});

describe('what is tolerated', () => {
  test('is the default, but for what is named', () => {
    expect(parseTolerance(undefined)).toEqual(DEFAULT_TOLERANCE);
    expect(parseTolerance('memory=512Ki,time=5%')).toEqual({ failures: 0.1, memory: 524288, time: 0.05 });
  });
  test.each(['memory', 'memory=a', 'cpu=1', 'failures=2', ''])('%j is refused', (text) => {
    expect(() => parseTolerance(text)).toThrow(/--tolerate/);
  });
});
