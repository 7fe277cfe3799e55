/** Unsupported combinations in short: those with one reason together, with only the axes that matter. */
import { grouped } from '../lib/grouped.ts';
import type { Axes, UnsupportedPoint } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import { phrase } from './describe.ts';
import { oneLine, plural } from './text.ts';

export interface UnsupportedGroup {
  readonly reason: string;
  readonly count: number;
  /** `cgroup v1, Linux 6.12`: axes that take every value of the matrix within the group are left out. */
  readonly where: string;
}

/** Reasons that are told one by one, points of one reason that are, and values of one axis. */
const MOST_GROUPS = 40;
const MOST_POINTS = 20;
const MOST_VALUES = 8;

type Points = readonly { readonly axes: Axes }[];
type Values = ReadonlyMap<string, ReadonlySet<Scalar>>;

/** `all`: the matrix, to know which values an axis can take. */
export function unsupportedGroups(points: readonly UnsupportedPoint[], all: Points): UnsupportedGroup[] {
  const possible = valuesOf(all);
  const names = Object.keys(all[0]?.axes ?? {});
  const groups = [...grouped(points, (point) => point.reason)].flatMap(([reason, group]) =>
    split(group, names).map((part) => ({
      reason: oneLine(reason),
      count: part.points.length,
      where: `${part.exact ? '' : 'some of '}${where(part.points, possible)}`,
    })),
  );
  if (groups.length <= MOST_GROUPS) return groups;
  const rest = groups.slice(MOST_GROUPS);
  const count = rest.reduce((sum, group) => sum + group.count, 0);
  return [
    ...groups.slice(0, MOST_GROUPS),
    { reason: 'report.json has their reasons', count, where: `${plural(rest.length, 'other place')}` },
  ];
}

/** One group when its points are all combinations of their values, or too many to be named; else one a point. */
function split(
  group: readonly UnsupportedPoint[],
  names: readonly string[],
): { readonly points: readonly UnsupportedPoint[]; readonly exact: boolean }[] {
  const values = valuesOf(group);
  const combinations = names.reduce((count, axis) => count * Math.max(1, values.get(axis)?.size ?? 0), 1);
  const exact = combinations === group.length;
  if (exact || group.length > MOST_POINTS) return [{ points: group, exact }];
  return group.map((point) => ({ points: [point], exact: true }));
}

function valuesOf(points: Points): Values {
  const values = new Map<string, Set<Scalar>>();
  for (const { axes } of points) {
    for (const [axis, value] of Object.entries(axes)) {
      const known = values.get(axis);
      if (known === undefined) values.set(axis, new Set([value]));
      else known.add(value);
    }
  }
  return values;
}

function where(group: readonly UnsupportedPoint[], possible: Values): string {
  const own = valuesOf(group);
  const names = Object.keys(group[0]?.axes ?? {});
  const deciding = names.filter((axis) => {
    const any = possible.get(axis)?.size ?? 0;
    return any > 1 && (own.get(axis)?.size ?? 0) < any;
  });
  const shown = deciding.length > 0 ? deciding : names;
  return shown
    .map((axis) => {
      const values = [...(own.get(axis) ?? [])].map((value) => oneLine(String(value)));
      const more = values.length > MOST_VALUES ? [`${values.length - MOST_VALUES} more`] : [];
      return phrase(axis, [...values.slice(0, MOST_VALUES), ...more].join(' or '));
    })
    .join(', ');
}
