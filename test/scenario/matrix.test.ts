import { describe, expect, it } from 'vitest';
import { pointName, product } from '../../scripts/scenario/matrix.ts';
import { matches } from '../../scripts/scenario/select.ts';
import { names, scenarioOf } from './fixture.ts';

const axes = { runc: ['1.1.5', '1.1.15'], cgroupDriver: ['cgroupfs', 'systemd'] };

describe('product', () => {
  it('varies the first axis slowest', () => {
    expect(product({ a: [1, 2], b: ['x', 'y'] }).map(pointName)).toEqual([
      'a=1,b=x',
      'a=1,b=y',
      'a=2,b=x',
      'a=2,b=y',
    ]);
  });

  it('is empty when an axis is', () => {
    expect(product({ a: [1, 2], b: [] })).toEqual([]);
  });
});

describe('the matrix', () => {
  it('has the axes in the order of the file', () => {
    const { cells } = scenarioOf({ axes: { memoryLimit: ['10Mi'], cgroup: ['v2'], runc: ['1.1.5'] } });
    expect(cells[0]?.id).toBe('test/memoryLimit=10Mi,cgroup=v2,runc=1.1.5');
    expect(Object.keys(cells[0]?.axes ?? {})).toEqual(['memoryLimit', 'cgroup', 'runc']);
  });

  it('leaves out what any selector excludes', () => {
    const exclude = [
      { runc: '1.1.5', cgroupDriver: 'systemd' },
      { runc: ['1.1.15'], cgroupDriver: ['cgroupfs'] },
    ];
    expect(names(scenarioOf({ axes, exclude }))).toEqual([
      'runc=1.1.5,cgroupDriver=cgroupfs',
      'runc=1.1.15,cgroupDriver=systemd',
    ]);
  });

  it('adds what is included, even what was excluded, and each point once', () => {
    const include = [
      { runc: '1.3.6' },
      { runc: '1.1.5', cgroupDriver: 'systemd' },
      { cgroupDriver: 'cgroupfs' },
      { runc: '1.3.6' },
    ];
    expect(names(scenarioOf({ axes, include, exclude: [{ cgroupDriver: 'systemd' }] }))).toEqual([
      'runc=1.1.5,cgroupDriver=cgroupfs',
      'runc=1.1.15,cgroupDriver=cgroupfs',
      'runc=1.3.6,cgroupDriver=cgroupfs',
      'runc=1.1.5,cgroupDriver=systemd',
    ]);
  });

  it('gives a cell the first expectation that chooses it', () => {
    const { cells } = scenarioOf({
      axes,
      expect: [
        { when: { runc: '1.1.15', cgroupDriver: 'cgroupfs' }, verdict: 'bad', why: 'a copy' },
        { when: { cgroupDriver: 'cgroupfs' }, verdict: 'good' },
      ],
    });
    expect(cells.map((cell) => cell.expect?.verdict)).toEqual(['good', undefined, 'bad', undefined]);
    expect(cells[2]?.expect?.why).toBe('a copy');
  });
});

describe('a selector', () => {
  const point = { runc: '1.1.5', count: 5, tracing: true };
  it.each([
    [{}, true],
    [{ runc: '1.1.5' }, true],
    [{ runc: '1.1.5', count: 6 }, false],
    [{ runc: ['1.1.15', '1.1.5'], tracing: true }, true],
    [{ count: '5' }, true],
    [{ tracing: 'true' }, true],
    [{ containerd: '1.6' }, false],
  ])('%j: %s', (selector, expected) => {
    expect(matches(selector, point)).toBe(expected);
  });
});
