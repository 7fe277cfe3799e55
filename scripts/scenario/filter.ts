/** `--filter axis=value`: some of the cells. */
import { UsageError } from '../lib/errors.ts';
import { pointName } from './matrix.ts';
import { nearest } from './near-miss.ts';
import { withSuggestion } from './problems.ts';
import { matches } from './select.ts';
import type { Cell, ImpossiblePoint } from './types.ts';

/**
 * The cells that the filters leave. A filter is `axis=value`, `axis=value,value`, a cell's id, or its part after
 * the slash. Filters of one axis add up, different axes narrow; cells named by id add up too.
 * Throws UsageError for an axis or a value that no point has, and when nothing is left.
 */
export function filterCells(
  cells: readonly Cell[],
  filters: readonly string[],
  impossible: readonly ImpossiblePoint[] = [],
): Cell[] {
  const points = [...cells, ...impossible];
  const ids = new Set<string>();
  const wanted: Record<string, string[]> = {};
  for (const filter of filters) {
    const named = cells.find((cell) => cell.id === filter || pointName(cell.axes) === filter);
    if (named !== undefined) {
      ids.add(named.id);
      continue;
    }
    const refused = impossible.find(({ axes }) => pointName(axes) === filter.slice(filter.indexOf('/') + 1));
    if (refused !== undefined) throw new UsageError('filter', `--filter ${filter}: ${refused.reason}`);
    const [, axis, list] = /^([^=/,]+)=(.+)$/s.exec(filter) ?? [];
    if (axis === undefined || list === undefined || list.includes('=')) {
      const known = cells.flatMap((cell) => [cell.id, pointName(cell.axes)]);
      throw refuse(filter, 'is neither axis=value nor a cell', nearest(filter, known));
    }
    const values = new Set(
      points.flatMap(({ axes }) => (Object.hasOwn(axes, axis) ? String(axes[axis]) : [])),
    );
    if (values.size === 0) {
      const axes = new Set(points.flatMap((point) => Object.keys(point.axes)));
      throw refuse(filter, `no axis ${axis} (${[...axes].join(', ')})`, nearest(axis, axes));
    }
    for (const value of list.split(',')) {
      if (values.has(value)) continue;
      throw refuse(filter, `${axis} is never ${value} (${[...values].join(', ')})`, nearest(value, values));
    }
    wanted[axis] = [...(wanted[axis] ?? []), ...list.split(',')];
  }
  const left = cells.filter((cell) => (ids.size === 0 || ids.has(cell.id)) && matches(wanted, cell.axes));
  if (left.length > 0 || filters.length === 0) return left;
  const reasons = new Set(impossible.filter(({ axes }) => matches(wanted, axes)).map(({ reason }) => reason));
  const why = reasons.size === 0 ? '' : `: ${[...reasons].join('; ')}`;
  throw new UsageError(
    'filter',
    `${filters.map((one) => `--filter ${one}`).join(' ')}: no cell is left${why}`,
  );
}

function refuse(filter: string, message: string, suggestion: string | undefined): UsageError {
  return new UsageError('filter', `--filter ${filter}: ${withSuggestion({ message, suggestion })}`);
}
