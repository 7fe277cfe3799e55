/** `--set axis=value`: other values for an axis, in place of the scenario's own, before the matrix is made. */
import { safeParse, type z } from 'zod';
import { type Diagnostic, withSuggestion } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import type { Scalar } from '../model/scalar.ts';
import { axisDiagnostic, paramSchema, valueFlaw } from './axes.ts';
import { MOST_POINTS } from './limits.ts';
import { sizeOf, suiteOf } from './matrix.ts';
import type { ScenarioInput } from './schema.ts';

/** Axis -> values. */
export type AxisValues = Readonly<Record<string, readonly Scalar[]>>;

/** Reads `axis=value[,value…]`, repeatable: `['runc=1.1.5', 'runc=1.3.6']`. Throws UsageError. */
export function parseSet(assignments: readonly string[]): AxisValues {
  const values = new Map<string, string[]>();
  for (const assignment of assignments) {
    const [, axis, list] = /^([^=]+)=(.+)$/s.exec(assignment) ?? [];
    if (axis === undefined || list === undefined) {
      throw new UsageError('set', `--set ${assignment}: must be axis=value, such as runc=1.1.15`);
    }
    values.set(axis, [...(values.get(axis) ?? []), ...list.split(',')]);
  }
  return Object.fromEntries([...values].map(([axis, list]) => [axis, [...new Set(list)]]));
}

/**
 * The scenario with these values. An axis it doesn't have yet is added as the last one. Included points that
 * have another value are left out. Throws UsageError for axes and values that the suite doesn't know.
 */
export function applySet(input: ScenarioInput, set: AxisValues): ScenarioInput {
  const suite = suiteOf(input).description;
  const diagnostics: string[] = [];
  const flawed = (axis: string, value: Scalar | undefined, diagnostic: Diagnostic) => {
    diagnostics.push(`--set ${axis}${value === undefined ? '' : `=${value}`}: ${withSuggestion(diagnostic)}`);
  };
  const changed = Object.entries(set).map(([axis, values]): [string, readonly Scalar[]] => {
    const unknown = axisDiagnostic(axis, suite);
    if (unknown !== undefined) flawed(axis, undefined, unknown);
    if (values.length === 0) flawed(axis, undefined, { message: 'needs at least one value' });
    if (unknown !== undefined) return [axis, values];
    const meant = values.map((value) => coerce(value, paramSchema(axis, suite)));
    for (const value of meant) {
      const diagnostic = valueFlaw(axis, value, suite);
      if (diagnostic !== undefined) flawed(axis, value, diagnostic);
    }
    return [axis, meant];
  });
  if (diagnostics.length > 0) throw new UsageError('set', diagnostics.join('\n'));

  const chosen = new Map(changed.map(([axis, values]) => [axis, values.map(String)]));
  const include = input.include?.filter((point) =>
    Object.entries(point).every(([axis, value]) => chosen.get(axis)?.includes(String(value)) ?? true),
  );
  const axes = { ...input.axes, ...Object.fromEntries(changed.map(([axis, values]) => [axis, [...values]])) };
  if (sizeOf(axes) > MOST_POINTS) {
    throw new UsageError('set', `--set makes more than ${MOST_POINTS} points`);
  }
  return { ...input, axes, include };
}

/** A text of the command line as the number or truth value that a parameter wants. */
function coerce(value: Scalar, schema: z.core.$ZodType | undefined): Scalar {
  if (typeof value !== 'string' || schema === undefined || safeParse(schema, value).success) return value;
  const meant = value === 'true' ? true : value === 'false' ? false : Number(value);
  return safeParse(schema, meant).success ? meant : value;
}
