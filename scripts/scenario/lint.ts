/** What only the whole matrix tells: selectors that choose nothing, expectations that never count. */
import { MAX_POINTS, type MatrixInput, partition, pointsOf, product, sizeOf } from './matrix.ts';
import type { Path, PlacedFlaw } from './problems.ts';
import type { ScenarioInput } from './schema.ts';
import { matches } from './select.ts';
import type { Axes } from './types.ts';

export function lintMatrix(input: MatrixInput & Pick<ScenarioInput, 'expect'>): PlacedFlaw[] {
  const { axes } = input;
  const size = sizeOf(axes);
  const at = 'key';
  if (size > MAX_POINTS) {
    return [{ path: ['axes'], at, message: `make ${size} points, and ${MAX_POINTS} are the most` }];
  }
  const flaws: PlacedFlaw[] = [];
  const all = product(axes);
  input.exclude?.forEach((selector, index) => {
    if (!all.some((point) => matches(selector, point))) {
      flaws.push({
        path: ['exclude', index],
        message: 'excludes nothing: no point of the axes is like this',
      });
    }
  });
  const points = pointsOf(input);
  input.overrides?.forEach(({ when }, index) => {
    if (!points.some((point) => matches(when, point))) {
      flaws.push({ path: ['overrides', index, 'when'], message: 'chooses no cell' });
    }
  });
  if (points.length === 0) return [...flaws, { path: ['exclude'], at, message: 'leaves no point' }];

  const { possible, impossible } = partition(input);
  if (possible.length === 0) return [...flaws, { path: ['axes'], at, message: nothingPossible(impossible) }];
  return [...flaws, ...lintExpectations(input, possible, impossible)];
}

export function nothingPossible(impossible: readonly { readonly reason: string }[]): string {
  const reasons = [...new Set(impossible.map(({ reason }) => reason))];
  return `no point can exist: ${reasons.join('; ')}`;
}

function lintExpectations(
  input: Pick<ScenarioInput, 'expect'>,
  possible: readonly Axes[],
  impossible: readonly { readonly axes: Axes; readonly reason: string }[],
): PlacedFlaw[] {
  let open = possible;
  return (input.expect ?? []).flatMap(({ when }, index): PlacedFlaw[] => {
    const path: Path = ['expect', index, 'when'];
    const chosen = possible.filter((point) => matches(when, point));
    const fresh = open.some((point) => matches(when, point));
    open = open.filter((point) => !matches(when, point));
    if (fresh) return [];
    if (chosen.length > 0) {
      return [{ path, message: 'never counts: earlier expectations cover all of its cells' }];
    }
    const reason = impossible.find(({ axes }) => matches(when, axes))?.reason;
    return [{ path, message: reason === undefined ? 'chooses no cell' : `chooses no cell: ${reason}` }];
  });
}
