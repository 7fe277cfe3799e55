/** The points of the matrix, and which of them can exist. Pure. */
import { safeParse } from 'zod';
import { PROVIDERS } from '../../vm/providers.ts';
import { once } from '../lib/once.ts';
import type { Axes, UnsupportedPoint } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import { SUITES } from '../suites/catalog.ts';
import type { SuiteDescription } from '../suites/description.ts';
import { chooser } from './chooser.ts';
import type { ScenarioInput } from './schema.ts';
import { versionReader, whyUnsupported } from './unsupported.ts';

/** The parts of a scenario file that make its matrix. */
export type MatrixInput = Pick<ScenarioInput, 'axes' | 'include' | 'exclude' | 'overrides' | 'suite'> & {
  /** Where machines come from; undefined: the default. */
  readonly kinds?: readonly string[] | undefined;
};

/** How many points the product of the axes has. */
export function sizeOf(axes: Readonly<Record<string, readonly Scalar[]>>): number {
  return Object.values(axes).reduce((count, values) => count * values.length, 1);
}

/** Every combination of values; the first axis varies slowest. */
export function product(axes: Readonly<Record<string, readonly Scalar[]>>): Axes[] {
  return Object.entries(axes).reduce<Axes[]>(
    (points, [axis, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [axis]: value }))),
    [{}],
  );
}

/** The product, less what is excluded, with what is included; each point once. */
export function pointsOf(input: MatrixInput): Axes[] {
  const { axes } = input;
  const exclude = input.exclude ?? [];
  const excluded = chooser(exclude);
  const kept = product(axes).filter((point) => excluded(point).length === 0);
  const included = (input.include ?? []).map((extra) =>
    Object.fromEntries(
      Object.entries(axes).flatMap(([axis, [first]]) => {
        const value = extra[axis] ?? first;
        return value === undefined ? [] : [[axis, value]];
      }),
    ),
  );
  return [...new Map([...kept, ...included].map((point) => [pointName(point), point])).values()];
}

/** `<axis>=<value>,…`, in the order of the axes. */
export function pointName(axes: Axes): string {
  return Object.entries(axes)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(',');
}

/** A point that can be run, with what applies to it. */
export interface PossiblePoint {
  readonly axes: Axes;
  readonly params: Readonly<Record<string, Scalar>>;
  /** In the order of the file. */
  readonly overrides: readonly Override[];
}

export type Override = NonNullable<MatrixInput['overrides']>[number];

/** The combinations that can be run, and those that are unsupported. */
export function partition(input: MatrixInput): {
  readonly possible: readonly PossiblePoint[];
  readonly unsupported: readonly UnsupportedPoint[];
} {
  const { description } = suiteOf(input);
  const all = input.overrides ?? [];
  const overriding = chooser(all.map(({ when }) => when));
  /** Points that have the same overrides share the list, so that what is made of it is made once. */
  const lists = new Map<string, readonly Override[]>();
  const overridesOf = (axes: Axes) => {
    const indexes = overriding(axes);
    const name = indexes.join();
    const list = lists.get(name) ?? indexes.flatMap((index) => all[index] ?? []);
    lists.set(name, list);
    return list;
  };
  const params = paramsReader(input);
  const hasOwnKernel = PROVIDERS.some(
    ({ kind, ownKernel }) => ownKernel === true && input.kinds?.includes(kind),
  );
  const versionOf = versionReader(hasOwnKernel ? ['kernel'] : []);
  const judged = pointsOf(input).map((axes) => {
    const overrides = overridesOf(axes);
    const point = { axes, params: params(axes, overrides), overrides };
    const reason = whyUnsupported({ axes, suite: description.id, params: point.params }, versionOf);
    return { ...point, reason };
  });
  return {
    possible: judged.filter(({ reason }) => reason === undefined),
    unsupported: judged.flatMap(({ axes, reason }) => (reason === undefined ? [] : [{ axes, reason }])),
  };
}

export function suiteOf(input: MatrixInput): {
  readonly description: SuiteDescription;
  readonly cases: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
} {
  const { id, cases = [], params = {} } = input.suite;
  const description = SUITES[id];
  if (description === undefined) throw new Error(`no suite ${id}`);
  return { description, cases, params };
}

/**
 * Gives the suite's parameters at a point: its defaults, `suite.params`, overrides, then axes; the last one wins. The
 * same values come at many points: what the suite makes of each is kept.
 */
export function paramsReader(
  input: MatrixInput,
): (point: Axes, overrides: readonly Override[]) => Readonly<Record<string, Scalar>> {
  const { description, params } = suiteOf(input);
  const read = Object.entries(description.params.shape).map(([name, schema]) => ({
    name,
    // Values were checked before; what isn't given becomes its default, if it has one.
    value: once((given: unknown) => scalar(safeParse(schema, given).data)),
  }));
  const merged = once(
    (overrides: readonly Override[]): Readonly<Record<string, unknown>> =>
      Object.assign({}, params, ...overrides.map((one) => one.params)),
  );
  return (point, overrides) => {
    const given = merged(overrides);
    return Object.fromEntries(
      read.flatMap(({ name, value }) => {
        const found = value(Object.hasOwn(point, name) ? point[name] : given[name]);
        return found === undefined ? [] : [[name, found]];
      }),
    );
  };
}

const scalar = (value: unknown): Scalar | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
