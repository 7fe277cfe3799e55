/** Which axes there are, and which values they can have. */
import { distance } from 'fastest-levenshtein';
import { safeParse } from 'zod';
import { COMPONENTS, MACHINE_AXES, type SuiteDescription } from '../suites/catalog.ts';
import { explainIssues } from './issues.ts';
import { nearest } from './near-miss.ts';
import { either, type Flaw } from './problems.ts';
import type { Scalar } from './types.ts';

/** Kinds of artifact source there are: the part of `deb:trixie` before the colon. */
export const SOURCE_SCHEMES: readonly string[] = ['deb'];

const COMMON_AXES: readonly string[] = [...COMPONENTS, ...Object.keys(MACHINE_AXES)];
const DEBIAN_SUITES = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'experimental'];

const isComponent = (axis: string) => COMPONENTS.some((component) => component === axis);

/** The schema of the suite's parameter of that name. */
export function paramSchema(axis: string, suite: SuiteDescription) {
  return Object.hasOwn(suite.params.shape, axis) ? suite.params.shape[axis] : undefined;
}

/** What is wrong with the name of an axis, for a suite. */
export function axisFlaw(axis: string, suite: SuiteDescription): Flaw | undefined {
  if (isComponent(axis)) {
    const used = axis === 'kernel' || suite.openAxes || suite.components.includes(axis);
    return used
      ? undefined
      : { message: `the suite ${suite.id} doesn't run ${axis}: it would change nothing` };
  }
  if (COMMON_AXES.includes(axis) || paramSchema(axis, suite) !== undefined) return undefined;
  const known = [...COMMON_AXES, ...Object.keys(suite.params.shape)];
  if (!suite.openAxes) return { message: 'unknown axis', suggestion: nearest(axis, known) };
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
): Flaw | undefined {
  if (isComponent(axis)) return typeof value === 'string' ? specFlaw(value) : unquoted(value, typed);
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
export function paramFlaw(name: string, value: Scalar, suite: SuiteDescription): Flaw | undefined {
  const schema = paramSchema(name, suite);
  if (schema === undefined) return undefined;
  return explainIssues(schema, value, safeParse(schema, value).error?.issues ?? [])[0];
}

/** What is wrong with a version or source as text. Whether there is such a version, the source tells. */
export function specFlaw(spec: string): Flaw | undefined {
  const [, scheme, rest] = /^([^:]*):(.*)$/s.exec(spec) ?? [];
  if (scheme === undefined || rest === undefined) {
    if (/^v?\d[\w.+~-]*$/.test(spec)) return undefined;
    const suite = DEBIAN_SUITES.find((name) => name === spec);
    const suggestion = suite === undefined ? undefined : `deb:${suite}`;
    return {
      message: `${spec} is neither a version, such as 1.1.15, nor a source, such as deb:trixie`,
      suggestion,
    };
  }
  return sourceFlaw(spec);
}

/** What is wrong with `deb:<suite>`. */
export function sourceFlaw(source: string): Flaw | undefined {
  const [, scheme, suite] = /^([^:]*):(.*)$/s.exec(source) ?? [];
  if (scheme === undefined || suite === undefined) {
    const suggestion = DEBIAN_SUITES.includes(source) ? `deb:${source}` : undefined;
    return { message: `${source} is not a source, such as deb:trixie`, suggestion };
  }
  if (!SOURCE_SCHEMES.includes(scheme)) {
    const alike = nearest(scheme, SOURCE_SCHEMES);
    return {
      message: `unknown kind of source ${scheme}: must be ${either(SOURCE_SCHEMES)}`,
      suggestion: alike === undefined ? undefined : `${alike}:${suite}`,
    };
  }
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(suite)) return { message: `${source} names no Debian suite` };
  const misspelt = DEBIAN_SUITES.includes(suite)
    ? undefined
    : DEBIAN_SUITES.find((known) => distance(known, suite) <= known.length / 3);
  return misspelt === undefined
    ? undefined
    : { message: `${suite} is not a Debian suite`, suggestion: `deb:${misspelt}` };
}

/** The YAML trap: 1.10 is the number 1.1. */
export function unquoted(value: Scalar, typed: string): Flaw {
  return { message: `${typed} is read as the ${typeof value} ${value}; quote it: "${typed}"` };
}
