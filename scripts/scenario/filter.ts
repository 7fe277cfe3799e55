/** `--filter axis=value`: some of the cells. */

import { withSuggestion } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import { nearest } from '../lib/near-miss.ts';
import type { Axes, UnsupportedPoint } from '../model/axes.ts';
import { pointName } from './matrix.ts';
import { some } from './problems.ts';
import type { Cell } from './types.ts';

/**
 * The cells that the filters leave. A filter is `axis=value`, `axis=value,value`, a cell's id, or its part after
 * the slash. Filters of one axis add up, different axes narrow; cells named by id add up too.
 * Throws UsageError for an axis or a value that no point has, and when nothing is left.
 */
export function filterCells(
  cells: readonly Cell[],
  filters: readonly string[],
  unsupported: readonly UnsupportedPoint[] = [],
): Cell[] {
  if (filters.length === 0) return [...cells];
  const byName = new Map(
    cells.flatMap((cell) => [cell.id, pointName(cell.axes)].map((name) => [name, cell])),
  );
  const valuesOf = valuesByAxis([...cells, ...unsupported]);
  const ids = new Set<string>();
  const wanted = new Map<string, Set<string>>();
  for (const filter of filters) {
    const named = byName.get(filter);
    if (named !== undefined) {
      ids.add(named.id);
      continue;
    }
    const refused = unsupported.find(({ axes }) => pointName(axes) === filter.slice(filter.indexOf('/') + 1));
    if (refused !== undefined) throw new UsageError('filter', `--filter ${filter}: ${refused.reason}`);
    const [, axis, list] = /^([^=/,]+)=(.+)$/s.exec(filter) ?? [];
    if (axis === undefined || list === undefined || list.includes('=')) {
      throw refuse(filter, 'is neither axis=value nor a cell', nearest(filter, byName.keys()));
    }
    const values = valuesOf.get(axis);
    if (values === undefined) {
      const axes = [...valuesOf.keys()];
      throw refuse(filter, `no axis ${axis} (${axes.join(', ')})`, nearest(axis, axes));
    }
    for (const value of list.split(',')) {
      if (values.has(value)) continue;
      throw refuse(filter, `${axis} is never ${value} (${some(values)})`, nearest(value, values));
    }
    wanted.set(axis, new Set([...(wanted.get(axis) ?? []), ...list.split(',')]));
  }
  const chosen = (axes: Axes) => [...wanted].every(([axis, values]) => values.has(String(axes[axis])));
  const left = cells.filter((cell) => (ids.size === 0 || ids.has(cell.id)) && chosen(cell.axes));
  if (left.length > 0) return left;
  const reasons = new Set(unsupported.filter(({ axes }) => chosen(axes)).map(({ reason }) => reason));
  const why = reasons.size === 0 ? '' : `: ${[...reasons].join('; ')}`;
  throw new UsageError(
    'filter',
    `${filters.map((one) => `--filter ${one}`).join(' ')}: no cell is left${why}`,
  );
}

function valuesByAxis(points: readonly { readonly axes: Axes }[]): ReadonlyMap<string, ReadonlySet<string>> {
  const values = new Map<string, Set<string>>();
  for (const [axis, value] of points.flatMap(({ axes }) => Object.entries(axes))) {
    const known = values.get(axis);
    if (known === undefined) values.set(axis, new Set([String(value)]));
    else known.add(String(value));
  }
  return values;
}

function refuse(filter: string, message: string, suggestion: string | undefined): UsageError {
  return new UsageError('filter', `--filter ${filter}: ${withSuggestion({ message, suggestion })}`);
}
