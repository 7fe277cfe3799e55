/** Which axes there are, and which values they can have. */
import { distance } from 'fastest-levenshtein';
import { safeParse } from 'zod';
import { COMPONENTS, cardOf } from '../components/index.ts';
import { type Diagnostic, either } from '../lib/diagnostic.ts';
import { nearest } from '../lib/near-miss.ts';
import type { Scalar } from '../model/scalar.ts';
import { MACHINE_AXES } from '../suites/catalog.ts';
import type { SuiteDescription } from '../suites/description.ts';
import { explainIssues } from './issues.ts';
import { LONGEST_AXIS, LONGEST_VALUE } from './limits.ts';
import { specFlaw } from './sources.ts';

const COMMON_AXES: readonly string[] = [...COMPONENTS, ...Object.keys(MACHINE_AXES)];

const isComponent = (axis: string) => cardOf(axis) !== undefined;

/** The schema of the suite's parameter of that name. */
export function paramSchema(axis: string, suite: SuiteDescription) {
  return Object.hasOwn(suite.params.shape, axis) ? suite.params.shape[axis] : undefined;
}

/** What is wrong with the name of an axis, for a suite. */
export function axisDiagnostic(axis: string, suite: SuiteDescription): Diagnostic | undefined {
  if (axis.length > LONGEST_AXIS) {
    return { message: `the name has ${axis.length} characters, and ${LONGEST_AXIS} are the most` };
  }
  if (isComponent(axis)) {
    const used = cardOf(axis)?.booted || suite.openAxes || suite.components.includes(axis);
    return used
      ? undefined
      : { message: `the suite ${suite.id} doesn't run ${axis}: it would change nothing` };
  }
  if (COMMON_AXES.includes(axis) || paramSchema(axis, suite) !== undefined) return undefined;
  const known = [...COMMON_AXES, ...Object.keys(suite.params.shape)];
  if (!suite.openAxes) return { message: 'unknown axis', suggestion: nearest(axis, known) };
  if (axis in Object.prototype) return { message: 'a name that every JavaScript object has: choose another' };
  if (!/^[a-z][A-Za-z0-9]*$/.test(axis)) {
    return {
      message: 'an axis of your own is named in camelCase, so that it can be an environment variable',
    };
  }
  // A misspelt `kernal` would run everywhere on the default kernel, and nobody would know.
  const alike = COMMON_AXES.find(
    (name) => distance(axis.toLowerCase(), name.toLowerCase()) <= axis.length / 4,
  );
  return alike === undefined ? undefined : { message: 'too like a known axis', suggestion: alike };
}

/** What is wrong with a value of an axis. `typed` is how the file has it: `1.10` where the value is 1.1. */
export function valueFlaw(
  axis: string,
  value: Scalar,
  suite: SuiteDescription,
  typed = String(value),
): Diagnostic | undefined {
  const length = String(value).length;
  if (length > LONGEST_VALUE) {
    return { message: `a value of ${length} characters, and ${LONGEST_VALUE} are the most` };
  }
  if (isComponent(axis)) return typeof value === 'string' ? specFlaw(axis, value) : unquoted(value, typed);
  const known = Object.hasOwn(MACHINE_AXES, axis) ? MACHINE_AXES[axis] : undefined;
  if (known !== undefined) {
    if (known.includes(String(value))) return undefined;
    return { message: `must be ${either(known)}, not ${value}`, suggestion: nearest(String(value), known) };
  }
  const text = String(value);
  if (text === '' || text !== text.trim() || /[,\p{Cc}]/u.test(text)) {
    return { message: 'a value is part of the name of a cell: one line, no comma, no space at its ends' };
  }
  return paramFlaw(axis, value, suite);
}

/** What is wrong with a value of a parameter; nothing when the suite has no such parameter. */
export function paramFlaw(name: string, value: Scalar, suite: SuiteDescription): Diagnostic | undefined {
  const schema = paramSchema(name, suite);
  if (schema === undefined) return undefined;
  return explainIssues(schema, value, safeParse(schema, value).error?.issues ?? [])[0];
}

/** The YAML trap: 1.10 is the number 1.1. */
export function unquoted(value: Scalar, typed: string): Diagnostic {
  return { message: `${typed} is read as the ${typeof value} ${value}; quote it: "${typed}"` };
}
