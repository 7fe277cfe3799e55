import { describe, expect, it } from 'vitest';
import { filterCells } from '../../scripts/scenario/filter.ts';
import { names, scenarioOf } from './fixture.ts';

const { cells, unsupported } = scenarioOf({
  axes: {
    runc: ['1.1.5', '1.1.15', '1.3.6'],
    cgroup: ['v2', 'v1'],
    kernel: ['6.12', '6.1'],
    count: [5],
  },
  exclude: [{ cgroup: 'v2', kernel: '6.1' }],
});
const left = (...filters: string[]) => names({ cells: filterCells(cells, filters, unsupported) });

describe('filterCells', () => {
  it('keeps all cells without a filter', () => {
    expect(filterCells(cells, [])).toEqual(cells);
  });

  it.each<[string[], string[]]>([
    [['runc=1.1.5'], ['runc=1.1.5,cgroup=v2,kernel=6.12,count=5', 'runc=1.1.5,cgroup=v1,kernel=6.1,count=5']],
    [['runc=1.1.5', 'cgroup=v1'], ['runc=1.1.5,cgroup=v1,kernel=6.1,count=5']],
    [
      ['runc=1.1.5', 'runc=1.3.6', 'cgroup=v1'],
      ['runc=1.1.5,cgroup=v1,kernel=6.1,count=5', 'runc=1.3.6,cgroup=v1,kernel=6.1,count=5'],
    ],
    [
      ['runc=1.3.6,1.1.5', 'cgroup=v1', 'count=5'],
      ['runc=1.1.5,cgroup=v1,kernel=6.1,count=5', 'runc=1.3.6,cgroup=v1,kernel=6.1,count=5'],
    ],
    [
      ['test/runc=1.1.5,cgroup=v2,kernel=6.12,count=5', 'runc=1.3.6,cgroup=v1,kernel=6.1,count=5'],
      ['runc=1.1.5,cgroup=v2,kernel=6.12,count=5', 'runc=1.3.6,cgroup=v1,kernel=6.1,count=5'],
    ],
    [
      [
        'test/runc=1.1.5,cgroup=v2,kernel=6.12,count=5',
        'runc=1.3.6,cgroup=v1,kernel=6.1,count=5',
        'cgroup=v1',
      ],
      ['runc=1.3.6,cgroup=v1,kernel=6.1,count=5'],
    ],
  ])('%j', (filters, expected) => {
    expect(left(...filters)).toEqual(expected);
  });

  it.each([
    ['rnc=1.1.5', '--filter rnc=1.1.5: no axis rnc (runc, cgroup, kernel, count); did you mean runc?'],
    ['toString=1', '--filter toString=1: no axis toString (runc, cgroup, kernel, count)'],
    ['runc=1.1.51', '--filter runc=1.1.51: runc is never 1.1.51 (1.1.5, 1.1.15, 1.3.6); did you mean 1.1.5?'],
    ['runc=1.1.5,1.1', '--filter runc=1.1.5,1.1: runc is never 1.1 (1.1.5, 1.1.15, 1.3.6)'],
    ['runc', '--filter runc: is neither axis=value nor a cell'],
    ['runc=', '--filter runc=: is neither axis=value nor a cell'],
    [
      'runc=1.1.5,cgroup=v1',
      '--filter runc=1.1.5,cgroup=v1: is neither axis=value nor a cell; did you mean runc=1.1.5,cgroup=v1,kernel=6.1,count=5?',
    ],
    [
      'test/runc=1.1.6,cgroup=v1,kernel=6.1,count=5',
      '--filter test/runc=1.1.6,cgroup=v1,kernel=6.1,count=5: is neither axis=value nor a cell; did you mean test/runc=1.1.5,cgroup=v1,kernel=6.1,count=5?',
    ],
  ])('refuses %s', (filter, message) => {
    expect(() => left(filter)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it('tells why nothing is left', () => {
    expect(() => left('cgroup=v1', 'kernel=6.12')).toThrow(
      /^--filter cgroup=v1 --filter kernel=6.12: no cell is left: cgroup v1: kernel 6.12 is built without/,
    );
    expect(() => left('test/runc=1.1.5,cgroup=v1,kernel=6.12,count=5')).toThrow(
      /cgroup v1: kernel 6.12 is built/,
    );
    expect(() => left('cgroup=v2', 'kernel=6.1')).toThrow(/no cell is left$/);
  });
});
