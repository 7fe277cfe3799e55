/** In which order cells run: those that tell most first, fair across scenarios. Pure; equal input, equal order. */
import { smallest } from '../lib/numbers.ts';
import type { Axes } from '../model/axes.ts';
import { sameValue } from '../scenario/select.ts';
import type { Cell } from '../scenario/types.ts';

interface Pointed {
  readonly cell: Pick<Cell, 'axes' | 'expect'>;
}

/**
 * Cells by how much their verdict tells, given what the scenario expects: each cell that is expected to be bad,
 * followed by the cell expected to be good that differs from it in the fewest axes, the closest pairs first.
 * Two such verdicts side by side are the smallest answer that the scenario can give. All others follow. Ties,
 * and cells without an expectation, keep the scenario's order.
 */
export function mostInformativeFirst<C extends Pointed>(cells: readonly C[]): C[] {
  const good = cells.filter(({ cell }) => cell.expect?.verdict === 'good');
  const pairs = cells
    .filter(({ cell }) => cell.expect?.verdict === 'bad')
    .map((bad) => {
      const neighbour = nearest(bad, good);
      return {
        bad,
        neighbour,
        distance: neighbour ? distance(bad.cell.axes, neighbour.cell.axes) : Infinity,
      };
    })
    .sort((a, b) => (a.distance === b.distance ? 0 : a.distance - b.distance));
  const first = pairs.flatMap(({ bad, neighbour }) => (neighbour === undefined ? [bad] : [bad, neighbour]));
  return [...new Set([...first, ...cells])];
}

function nearest<C extends Pointed>({ cell }: C, others: readonly C[]): C | undefined {
  const distances = others.map((other) => distance(cell.axes, other.cell.axes));
  return others[distances.indexOf(smallest(distances))];
}

/** In how many axes two points differ. */
export function distance(a: Axes, b: Axes): number {
  const axes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...axes].filter((axis) => {
    const [one, other] = [a[axis], b[axis]];
    return one === undefined || other === undefined ? one !== other : !sameValue(one, other);
  }).length;
}

/** The first of each list, then the second of each, and so on. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
