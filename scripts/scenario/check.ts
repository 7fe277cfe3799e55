/**
 * What the shape alone can't tell: whether axes, values, parameters and selectors mean something. Works on the
 * file's raw data, passing over what is ill-shaped, so that one bad key doesn't hide the problems of another.
 */
import { safeParse } from 'zod';
import { COMPONENTS } from '../components/index.ts';
import { nearest } from '../lib/near-miss.ts';
import type { Scalar } from '../model/scalar.ts';
import { SUITES } from '../suites/catalog.ts';
import type { SuiteDescription } from '../suites/description.ts';
import { axisDiagnostic, paramFlaw, paramSchema, unquoted, valueFlaw } from './axes.ts';
import { MOST_AXES } from './limits.ts';
import { type Path, type PlacedDiagnostic, some } from './problems.ts';
import { sourceFlaw } from './sources.ts';

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value);
const entries = (value: unknown): [string, unknown][] => (isRaw(value) ? Object.entries(value) : []);
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const get = (value: unknown, key: string): unknown =>
  isRaw(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** `typed` gives a scalar as the file has it, quotes apart. */
export function checkMeaning(data: unknown, typed: (path: Path) => string | undefined): PlacedDiagnostic[] {
  const known = suiteOf(data);
  const suite = known ?? ANY_SUITE;
  const declared = declaredValues(data);
  return [
    ...checkAxes(data, suite, typed),
    ...checkInclude(data, suite, declared, typed),
    ...checkSelectors(data, declared, typed),
    ...items(get(data, 'sources')).flatMap((source, index) =>
      typeof source === 'string' ? placed(['sources', index], sourceFlaw(source)) : [],
    ),
    ...(known === undefined ? [] : checkParams(data, known, declared)),
    ...repeated(items(get(get(data, 'suite'), 'cases')), ['suite', 'cases']),
  ];
}

/** Stands in for a suite that is missing or misspelt, so that the axes can still be looked at. */
const ANY_SUITE: SuiteDescription = {
  ...(SUITES.script as SuiteDescription),
  components: COMPONENTS,
  openAxes: true,
};

function suiteOf(data: unknown): SuiteDescription | undefined {
  const suite = get(data, 'suite');
  const id = typeof suite === 'string' ? suite : get(suite, 'id');
  return typeof id === 'string' && Object.hasOwn(SUITES, id) ? SUITES[id] : undefined;
}

/** Every value that an axis has in some point, as text, by axis. */
function declaredValues(data: unknown): Declared {
  const points = items(get(data, 'include'));
  return new Map(
    entries(get(data, 'axes')).map(([axis, values]) => [
      axis,
      new Set([...items(values), ...points.map((point) => get(point, axis))].filter(isScalar).map(String)),
    ]),
  );
}

function checkAxes(data: unknown, suite: SuiteDescription, typed: Typed): PlacedDiagnostic[] {
  const axes = get(data, 'axes');
  if (isRaw(axes) && Object.keys(axes).length === 0) {
    return [{ path: ['axes'], at: 'key', message: 'needs at least one axis' }];
  }
  const count = entries(axes).length;
  if (count > MOST_AXES) {
    return [{ path: ['axes'], at: 'key', message: `has ${count} axes, and ${MOST_AXES} are the most` }];
  }
  return entries(axes).flatMap(([axis, values]): PlacedDiagnostic[] => {
    const path = ['axes', axis];
    const diagnostic = axisDiagnostic(axis, suite);
    if (diagnostic !== undefined) return [{ ...diagnostic, path, at: 'key' }];
    if (isScalar(values)) return [{ path, message: `must be a list: [${typed(path) ?? values}]` }];
    const flawed = items(values).flatMap((value, index) =>
      isScalar(value) ? placed([...path, index], valueFlaw(axis, value, suite, typed([...path, index]))) : [],
    );
    return [...flawed, ...repeated(items(values), path)];
  });
}

type Typed = (path: Path) => string | undefined;
type Declared = ReadonlyMap<string, ReadonlySet<string>>;

function checkInclude(
  data: unknown,
  suite: SuiteDescription,
  declared: Declared,
  typed: Typed,
): PlacedDiagnostic[] {
  return items(get(data, 'include')).flatMap((point, index) =>
    entries(point).flatMap(([axis, value]): PlacedDiagnostic[] => {
      const path = ['include', index, axis];
      if (!declared.has(axis)) return [undeclared(path, axis, declared)];
      return isScalar(value) ? placed(path, valueFlaw(axis, value, suite, typed(path))) : [];
    }),
  );
}

function checkSelectors(data: unknown, declared: Declared, typed: Typed): PlacedDiagnostic[] {
  const when = (key: string) =>
    items(get(data, key)).map((entry, index) => ({
      path: [key, index, 'when'],
      selector: get(entry, 'when'),
    }));
  const exclude = items(get(data, 'exclude')).map((selector, index) => ({
    path: ['exclude', index] as Path,
    selector,
  }));
  return [...exclude, ...when('overrides'), ...when('expect')].flatMap(({ path, selector }) =>
    entries(selector).flatMap(([axis, wanted]): PlacedDiagnostic[] => {
      const values = declared.get(axis);
      if (values === undefined) return [undeclared([...path, axis], axis, declared)];
      const listed = Array.isArray(wanted);
      return items(listed ? wanted : [wanted]).flatMap((value, index): PlacedDiagnostic[] => {
        if (!isScalar(value) || values.has(String(value))) return [];
        const place = listed ? [...path, axis, index] : [...path, axis];
        const text = typed(place) ?? String(value);
        if (values.has(text)) return [{ ...unquoted(value, text), path: place }];
        const suggestion = nearest(String(value), values);
        return [{ path: place, message: `${axis} is never ${value} (${some(values)})`, suggestion }];
      });
    }),
  );
}

function checkParams(data: unknown, suite: SuiteDescription, declared: Declared): PlacedDiagnostic[] {
  const given = get(get(data, 'suite'), 'params');
  const missing = Object.entries(suite.params.shape)
    .filter(
      ([name, schema]) =>
        get(given, name) === undefined && !declared.has(name) && !safeParse(schema, undefined).success,
    )
    .map(([name]) => ({
      path: ['suite', 'params', name],
      message: `is missing: the suite ${suite.id} needs it`,
    }));
  const shadowed = (params: unknown, path: Path) =>
    entries(params)
      .filter(([name]) => declared.has(name))
      .map(([name]) => ({
        path: [...path, name],
        at: 'key' as const,
        message: 'is an axis too, which wins: remove one of them',
      }));
  const overridden = items(get(data, 'overrides')).flatMap((override, index): PlacedDiagnostic[] => {
    if (isRaw(override) && Object.keys(override).join() === 'when') {
      return [{ path: ['overrides', index], message: 'changes nothing' }];
    }
    const path = ['overrides', index, 'params'];
    const params = get(override, 'params');
    const flawed = entries(params).flatMap(([name, value]): PlacedDiagnostic[] => {
      if (paramSchema(name, suite) === undefined) {
        const suggestion = nearest(name, Object.keys(suite.params.shape));
        const message = `the suite ${suite.id} has no such parameter`;
        return [{ path: [...path, name], at: 'key', message, suggestion }];
      }
      return isScalar(value) ? placed([...path, name], paramFlaw(name, value, suite)) : [];
    });
    return [...flawed, ...shadowed(params, path)];
  });
  return [...missing, ...shadowed(given, ['suite', 'params']), ...overridden];
}

function undeclared(path: Path, axis: string, declared: Declared): PlacedDiagnostic {
  return { path, at: 'key', message: 'no such axis here', suggestion: nearest(axis, declared.keys()) };
}

function repeated(values: readonly unknown[], path: Path): PlacedDiagnostic[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    if (!isScalar(value)) return [];
    const text = String(value);
    const again = seen.has(text);
    seen.add(text);
    return again ? [{ path: [...path, index], message: `${text} is here twice` }] : [];
  });
}

function placed(path: Path, diagnostic: Omit<PlacedDiagnostic, 'path'> | undefined): PlacedDiagnostic[] {
  return diagnostic === undefined ? [] : [{ ...diagnostic, path }];
}
