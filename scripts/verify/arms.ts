/** From what is upgraded to the pairs of cells that show it. Pure. */
import { UsageError } from '../lib/errors.ts';
import { pointName } from '../scenario/matrix.ts';
import { matches } from '../scenario/select.ts';
import { type AxisValues, parseSet } from '../scenario/set.ts';
import type { Cell } from '../scenario/types.ts';
import type { Arms } from './types.ts';

/** Axis -> the one value that an arm has. */
export type ArmSpec = Readonly<Record<string, string>>;

/**
 * Reads `axis=value[,axis=value…]`; a value alone is that of `runc`. Throws UsageError.
 */
export function parseArm(option: string, text: string): ArmSpec {
  const parts = text.split(',').map((part) => (part.includes('=') ? part : `runc=${part}`));
  let values: AxisValues;
  try {
    values = parseSet(parts);
  } catch {
    throw new UsageError('arm', `--${option} ${text}: must be axis=value, or a version of runc`);
  }
  const several = Object.entries(values).find(([, list]) => list.length > 1);
  if (several !== undefined) throw new UsageError('arm', `--${option} ${text}: ${several[0]} has two values`);
  return Object.fromEntries(Object.entries(values).map(([axis, [value = '']]) => [axis, String(value)]));
}

/** The values to set so that the matrix has both arms. Throws UsageError where they are no pair. */
export function axesOf(baseline: ArmSpec, candidate: ArmSpec): AxisValues {
  const [ours, theirs] = [baseline, candidate].map((spec) => Object.keys(spec).sort().join());
  if (ours !== theirs) {
    throw new UsageError(
      'arm',
      `--baseline names ${ours} and --candidate ${theirs}: name the same axes in both`,
    );
  }
  const values = Object.keys(baseline).map((axis) => [axis, [baseline[axis] ?? '', candidate[axis] ?? '']]);
  return Object.fromEntries(values.map(([axis, list]) => [axis, [...new Set(list)]]));
}

/** The pairs among the cells, and the points at which only one of both can be run. */
export function pairsOf(
  cells: readonly Cell[],
  baseline: ArmSpec,
  candidate: ArmSpec,
): { readonly pairs: readonly Arms[]; readonly unpaired: readonly string[] } {
  const restOf = ({ axes }: Cell) =>
    Object.fromEntries(Object.entries(axes).filter(([axis]) => !Object.hasOwn(baseline, axis)));
  const pairs: Arms[] = [];
  const unpaired: string[] = [];
  for (const cell of cells.filter(({ axes }) => matches(baseline, axes))) {
    const common = restOf(cell);
    const name = pointName(common);
    const other = cells.find((one) => matches(candidate, one.axes) && pointName(restOf(one)) === name);
    if (other === undefined) unpaired.push(cell.id);
    else pairs.push({ name, common, baseline: cell, candidate: other });
  }
  const paired = new Set(pairs.flatMap((arms) => arms.candidate.id));
  const alone = cells.filter(({ id, axes }) => matches(candidate, axes) && !paired.has(id));
  return { pairs, unpaired: [...unpaired, ...alone.map(({ id }) => id)] };
}
