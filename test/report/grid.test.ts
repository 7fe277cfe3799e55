import { expect, test } from 'vitest';
import { labelOf, sharedFacts, shownValue, varyingAxes } from '../../scripts/report/describe.ts';
import { effectOf, gridOf } from '../../scripts/report/grid.ts';
import { bigGrid, troubled, twoCells } from '../fixtures/reports/index.ts';

test('rows and columns are the axes along which the rate changes most, the rest are tables', () => {
  const grid = gridOf(bigGrid());
  expect(grid).toMatchObject({
    rowAxis: 'runc',
    columnAxis: 'cgroupDriver',
    columns: ['cgroupfs', 'systemd'],
  });
  expect(grid?.tables.map(({ title }) => title)).toEqual([
    'containerd 1.6.20 · cgroup v2 · Linux 6.12.95',
    'containerd 1.6.20 · cgroup v1 · Linux 6.1.140',
    'containerd 1.7.24 · cgroup v2 · Linux 6.12.95',
    'containerd 1.7.24 · cgroup v1 · Linux 6.1.140',
  ]);
});

test('every cell stands at exactly one place', () => {
  const report = bigGrid();
  const shown = gridOf(report)?.tables.flatMap(({ rows }) =>
    rows.flatMap(({ points }) => points.flatMap((point) => (point.kind === 'cell' ? point.cell.id : []))),
  );
  expect(shown?.toSorted()).toEqual(report.cells.map(({ id }) => id).toSorted());
});

test('a place without a cell tells why', () => {
  const { cells, ...report } = bigGrid();
  const few = cells.filter(({ axes }) => axes.kernel === '6.12' || axes.containerd === '1.7');
  const moved = {
    ...report,
    cells: few.map((cell) => ({
      ...cell,
      axes: { runc: cell.axes.runc ?? '', kernel: cell.axes.kernel ?? '' },
    })),
  };
  const without = moved.cells.filter(({ axes }) => !(axes.kernel === '6.12' && axes.runc === '1.3.6'));
  const unsupported = [{ axes: { runc: '1.3.6', kernel: '6.12' }, reason: 'no such kernel' }];
  const points = gridOf({ ...moved, cells: without, unsupported })?.tables[0]?.rows.flatMap(
    (row) => row.points,
  );
  expect(points?.filter(({ kind }) => kind !== 'cell')).toEqual([
    { kind: 'unsupported', reason: 'no such kernel' },
  ]);
  const unknown = gridOf({ ...moved, cells: without, unsupported: [] })?.tables[0]?.rows.flatMap(
    (row) => row.points,
  );
  expect(unknown?.filter(({ kind }) => kind !== 'cell')).toEqual([{ kind: 'none' }]);
});

test('an axis that makes no difference has no effect, and skips do not count', () => {
  const { cells } = bigGrid();
  expect(effectOf(cells, 'containerd')).toBe(0);
  expect(effectOf(cells, 'runc')).toBeGreaterThan(effectOf(cells, 'cgroupDriver'));
  expect(effectOf(troubled().cells, 'runc')).toBeCloseTo(1 / 6);
});

test('one varying axis is no grid', () => expect(gridOf(twoCells())).toBeUndefined());

test('a component is shown as the version that was resolved', () => {
  const [cell] = twoCells().cells;
  if (cell === undefined) throw new Error('fixture');
  expect(shownValue(cell, 'containerd')).toBe('1.6.20');
  expect(shownValue({ ...cell, axes: { containerd: 'deb:bookworm' } }, 'containerd')).toBe(
    'deb:bookworm (1.6.20)',
  );
  // 1.6 is not the beginning of version 1.60.
  const other = { ...cell.artifacts.containerd, version: '1.60', packageVersion: '', source: '', sha256: '' };
  expect(shownValue({ ...cell, artifacts: { containerd: other } }, 'containerd')).toBe('1.6 (1.60)');
});

test('what varies names a cell, what does not is said of all', () => {
  const { cells } = troubled();
  const [cell] = cells;
  if (cell === undefined) throw new Error('fixture');
  expect(varyingAxes(cells)).toEqual(['runc']);
  expect(labelOf(cell, ['runc'])).toBe('runc 1.1.5');
  expect(labelOf(cell, [])).toBe('runc 1.1.5 · systemd · Linux 6.12.95');
  expect(sharedFacts(troubled())).toEqual(['systemd', 'Linux 6.12.95', 'cgroup v2', 'limit 10Mi']);
});
