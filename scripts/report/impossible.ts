/** Points that can't exist, said briefly: those with one reason together, and only the axes that matter. */
import type { Axes, ImpossiblePoint } from '../scenario/types.ts';
import { phrase, valuesOf } from './describe.ts';
import { oneLine } from './text.ts';

export interface ImpossibleGroup {
  readonly reason: string;
  readonly count: number;
  /** `cgroup v1, Linux 6.12`: axes that take every value of the matrix within the group are left out. */
  readonly where: string;
}

/** `all`: the matrix, to know which values an axis can take. */
export function impossibleGroups(
  points: readonly ImpossiblePoint[],
  all: readonly { readonly axes: Axes }[],
): ImpossibleGroup[] {
  const byReason = new Map<string, ImpossiblePoint[]>();
  for (const point of points) byReason.set(point.reason, [...(byReason.get(point.reason) ?? []), point]);
  return [...byReason].flatMap(([reason, group]) =>
    split(group, all).map((part) => ({
      reason: oneLine(reason),
      count: part.length,
      where: where(part, all),
    })),
  );
}

/** One group when its points are all combinations of their values, else one a point. */
function split(
  group: readonly ImpossiblePoint[],
  all: readonly { readonly axes: Axes }[],
): (readonly ImpossiblePoint[])[] {
  const names = Object.keys(all[0]?.axes ?? {});
  const combinations = names.reduce((count, axis) => count * Math.max(1, valuesOf(group, axis).length), 1);
  return combinations === group.length ? [group] : group.map((point) => [point]);
}

function where(group: readonly ImpossiblePoint[], all: readonly { readonly axes: Axes }[]): string {
  const names = Object.keys(group[0]?.axes ?? {});
  const telling = names.filter((axis) => {
    const own = valuesOf(group, axis);
    const any = valuesOf(all, axis);
    return any.length > 1 && own.length < any.length;
  });
  const shown = telling.length > 0 ? telling : names;
  return shown
    .map((axis) =>
      phrase(
        axis,
        valuesOf(group, axis)
          .map((value) => oneLine(String(value)))
          .join(' or '),
      ),
    )
    .join(', ');
}
