/** The points of the matrix, and which of them can exist. Pure. */
import { safeParse } from 'zod';
import { SUITES, type SuiteDescription } from '../suites/catalog.ts';
import { impossibility } from './impossible.ts';
import type { ScenarioInput } from './schema.ts';
import { matches } from './select.ts';
import type { Axes, ImpossiblePoint, Scalar } from './types.ts';

/** The parts of a scenario file that make its matrix. */
export type MatrixInput = Pick<ScenarioInput, 'axes' | 'include' | 'exclude' | 'overrides' | 'suite'>;

/** More points than this are a mistake. */
export const MAX_POINTS = 10_000;

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
  const kept = product(axes).filter((point) => !exclude.some((selector) => matches(selector, point)));
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

/** The points that can be run, and those that can't exist. */
export function partition(input: MatrixInput): {
  readonly possible: readonly Axes[];
  readonly impossible: readonly ImpossiblePoint[];
} {
  const { description } = suiteOf(input);
  const judged = pointsOf(input).map((axes) => ({
    axes,
    reason: impossibility({ axes, suite: description.id, params: paramsOf(axes, input) }),
  }));
  return {
    possible: judged.filter(({ reason }) => reason === undefined).map(({ axes }) => axes),
    impossible: judged.flatMap(({ axes, reason }) => (reason === undefined ? [] : [{ axes, reason }])),
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

/** Overrides that apply to a point, in the order of the file. */
export function overridesOf(point: Axes, input: MatrixInput) {
  return (input.overrides ?? []).filter(({ when }) => matches(when, point));
}

/** The suite's parameters at a point: its defaults, `suite.params`, overrides, then axes; the last one wins. */
export function paramsOf(point: Axes, input: MatrixInput): Record<string, Scalar> {
  const { description, params } = suiteOf(input);
  const named = Object.entries(point).filter(([axis]) => Object.hasOwn(description.params.shape, axis));
  const merged = [params, ...overridesOf(point, input).map((one) => one.params), Object.fromEntries(named)];
  const given: Readonly<Record<string, unknown>> = Object.assign({}, ...merged);
  return Object.fromEntries(
    Object.entries(description.params.shape).flatMap(([name, schema]) => {
      // Values were checked before; what isn't given becomes its default, if it has one.
      const value = safeParse(schema, given[name]).data;
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value]]
        : [];
    }),
  );
}
