/** What only the whole matrix tells: selectors that choose nothing, expectations that never count. */
import type { Axes, UnsupportedPoint } from '../model/axes.ts';
import { chooser, chosenAmong } from './chooser.ts';
import { MOST_POINTS } from './limits.ts';
import { type MatrixInput, partition, pointsOf, sizeOf } from './matrix.ts';
import type { Path, PlacedDiagnostic } from './problems.ts';
import type { ScenarioInput } from './schema.ts';
import { wantedValues } from './select.ts';
import type { Selector } from './types.ts';

export function lintMatrix(input: MatrixInput & Pick<ScenarioInput, 'expect'>): PlacedDiagnostic[] {
  const { axes } = input;
  const size = sizeOf(axes);
  const at = 'key';
  if (size > MOST_POINTS) {
    return [{ path: ['axes'], at, message: `make ${size} points, and ${MOST_POINTS} are the most` }];
  }
  const diagnostics: PlacedDiagnostic[] = [];
  input.exclude?.forEach((selector, index) => {
    if (!choosesOfProduct(selector, axes)) {
      diagnostics.push({
        path: ['exclude', index],
        message: 'excludes nothing: no point of the axes is like this',
      });
    }
  });
  const points = pointsOf(input);
  const overrides = (input.overrides ?? []).map(({ when }) => when);
  const overridden = chosenAmong(points, overrides).any;
  overrides.forEach((_, index) => {
    if (!overridden.has(index)) {
      diagnostics.push({ path: ['overrides', index, 'when'], message: 'chooses no cell' });
    }
  });
  if (points.length === 0) return [...diagnostics, { path: ['exclude'], at, message: 'leaves no point' }];

  const { possible, unsupported } = partition(input);
  if (possible.length === 0)
    return [...diagnostics, { path: ['axes'], at, message: nothingSupported(unsupported) }];
  return [
    ...diagnostics,
    ...lintExpectations(
      input,
      possible.map((point) => point.axes),
      unsupported,
    ),
  ];
}

/** In a product, each axis takes each of its values beside any of the others. */
function choosesOfProduct(selector: Selector, axes: ScenarioInput['axes']): boolean {
  return Object.entries(selector).every(([axis, wanted]) => {
    const values = new Set((axes[axis] ?? []).map(String));
    return wantedValues(wanted).some((value) => values.has(String(value)));
  });
}

export function nothingSupported(unsupported: readonly { readonly reason: string }[]): string {
  const reasons = [...new Set(unsupported.map(({ reason }) => reason))];
  return `every combination is unsupported: ${reasons.join('; ')}`;
}

function lintExpectations(
  input: Pick<ScenarioInput, 'expect'>,
  possible: readonly Axes[],
  unsupported: readonly UnsupportedPoint[],
): PlacedDiagnostic[] {
  const selectors = (input.expect ?? []).map(({ when }) => when);
  const chosen = chosenAmong(possible, selectors);
  const choosing = chooser(selectors);
  const reasons = new Map<number, string>();
  for (const { axes, reason } of unsupported) {
    for (const index of choosing(axes)) if (!reasons.has(index)) reasons.set(index, reason);
  }
  return selectors.flatMap((_, index): PlacedDiagnostic[] => {
    const path: Path = ['expect', index, 'when'];
    if (chosen.first.has(index)) return [];
    if (chosen.any.has(index)) {
      return [{ path, message: 'never counts: earlier expectations cover all of its cells' }];
    }
    const reason = reasons.get(index);
    return [{ path, message: reason === undefined ? 'chooses no cell' : `chooses no cell: ${reason}` }];
  });
}
