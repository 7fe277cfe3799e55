/** Says what zod found in the words of this project: what was expected, what is there, what was meant. */
import type { z } from 'zod';
import { either } from '../lib/diagnostic.ts';
import { nearest } from '../lib/near-miss.ts';
import type { Path, PlacedDiagnostic } from './problems.ts';
import { keysOf, optionsOf, schemaAt, valueAt } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Keys of earlier releases, and what stands in their place. */
const RENAMED = new Map([
  ['console', '`kernelLog`, with `warn` for `flag` and `ignore` for `except`'],
  ['kernelLog.flag', '`kernelLog.warn`'],
  ['kernelLog.except', '`kernelLog.ignore`'],
]);

/** What zod's issues mean for the user. `data` is what was parsed, `base` where in the file it stands. */
export function explainIssues(
  schema: z.core.$ZodType,
  data: unknown,
  issues: readonly Issue[],
  base: Path = [],
): PlacedDiagnostic[] {
  const misspelt = new Set(
    issues.flatMap((one) => (one.code === 'unrecognized_keys' ? one.path.join() : [])),
  );
  return issues.flatMap((issue): PlacedDiagnostic[] => {
    // What a mapping as a whole lacks is probably what its misspelt key says.
    if (issue.code === 'custom' && misspelt.has(issue.path.join())) return [];
    const below = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const path = [...base, ...below];
    const value = valueAt(data, below);
    const nested = schemaAt(schema, data, below);
    if (value === undefined && issue.code !== 'unrecognized_keys') return [{ path, message: 'is missing' }];
    switch (issue.code) {
      case 'unrecognized_keys': {
        const known = keysOf(nested, value);
        return issue.keys.map((key) => {
          const now = RENAMED.get([...path, key].join('.'));
          if (now !== undefined) return { path: [...path, key], at: 'key', message: `is ${now} now` };
          const suggestion = nearest(key, known);
          const message =
            suggestion === undefined ? `unknown key; there are ${known.join(', ')}` : 'unknown key';
          return { path: [...path, key], at: 'key', message, suggestion };
        });
      }
      case 'invalid_type':
        return [mistake(path, [TYPES[issue.expected] ?? issue.expected], value, '"')];
      case 'invalid_value':
        return [oneOf(path, value, issue.values.map(String))];
      case 'invalid_union': {
        if ('options' in issue) return [oneOf(path, value, (issue.options ?? []).map(String))];
        // A union that says itself what it takes.
        if (issue.message !== 'Invalid input') return [{ path, message: issue.message }];
        // The branch that has the right type at its top tells what is wrong inside.
        const branch = issue.errors.findIndex((errors) => !errors.some((error) => mistyped(error, value)));
        const inside = issue.errors[branch];
        const option = optionsOf(nested)[branch];
        if (inside !== undefined && option !== undefined) return explainIssues(option, value, inside, path);
        return [mistake(path, [...new Set(issue.errors.flat().flatMap(expected))], value, '"')];
      }
      case 'too_small':
        if (issue.origin === 'array') return [{ path, message: 'needs at least one value' }];
        if (issue.origin === 'string') return [{ path, message: 'must not be empty' }];
        return [{ path, message: `must be at least ${issue.minimum}` }];
      case 'too_big':
        if (issue.origin === 'array') return [{ path, message: `has more than ${issue.maximum} entries` }];
        return [{ path, message: `must be at most ${issue.maximum}` }];
      case 'invalid_format':
        return [{ path, message: issue.format === 'url' ? 'must be a URL' : issue.message }];
      default:
        return [{ path, message: issue.message }];
    }
  });
}

/** `must be v1 or v2, not v3`, with what was probably meant. */
function oneOf(path: Path, value: unknown, known: readonly string[]): PlacedDiagnostic {
  return { ...mistake(path, known, value), suggestion: nearest(String(value), known) };
}

function mistake(path: Path, wanted: readonly string[], value: unknown, quote = ''): PlacedDiagnostic {
  return { path, message: `must be ${either(wanted)}, not ${describe(value, quote)}` };
}

function describe(value: unknown, quote: string): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'an empty text';
  return value.length > 60 || value.includes('\n') ? 'a long text' : `${quote}${value}${quote}`;
}

/** Whether an issue says that the value as a whole is of another type than the schema wants. */
function mistyped(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_value') return typeof value !== typeof issue.values[0];
  if (issue.code !== 'invalid_union') return issue.code === 'invalid_type';
  return issue.errors.every((branch) => branch.some((nested) => mistyped(nested, value)));
}

function expected(issue: Issue): string[] {
  if (issue.code === 'invalid_type') return [TYPES[issue.expected] ?? issue.expected];
  if (issue.code === 'invalid_value') return ['a text'];
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(expected) : [];
}
