/** Files of releases that wrote `repro.report/1`, with the names that today's have. Values are not checked. Pure. */

type Json = Readonly<Record<string, unknown>>;

/** Name in version 1 -> name in version 2, by what has it. */
const REPORT = { impossible: 'unsupported' };
const SAMPLE = { contradictions: 'unexpected' };
const KILL = { provoked: 'expected' };
const RATE = { of: 'total' };
/** Of the settings of a cell that a run keeps, flat: `console.flag[0]`. */
const CHECKS: readonly (readonly [RegExp, string])[] = [
  [/^console\.flag/, 'kernelLog.warn'],
  [/^console\.except/, 'kernelLog.ignore'],
  [/^console\.fail/, 'kernelLog.fail'],
];

export function reportOfVersion1(report: unknown): unknown {
  return renamed(report, REPORT, { schema: () => 'repro.report/2', cells: eachOf(cellOfVersion1) });
}

export function sampleOfVersion1(sample: unknown): unknown {
  return renamed(sample, SAMPLE, { oomKills: eachOf(killOfVersion1) });
}

export function settingsOfVersion1(settings: unknown): unknown {
  if (!isMapping(settings)) return settings;
  const nameOf = (key: string) => {
    const [was, is] = CHECKS.find(([pattern]) => pattern.test(key)) ?? ['', ''];
    return key.replace(was, is);
  };
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [nameOf(key), value]));
}

function cellOfVersion1(cell: unknown): unknown {
  return renamed(
    cell,
    {},
    {
      verdict: (verdict) => renamed(verdict, RATE, { inconclusive: (rate) => renamed(rate, RATE) }),
      samples: eachOf(sampleOfVersion1),
      oomKills: eachOf(killOfVersion1),
    },
  );
}

const killOfVersion1 = (kill: unknown): unknown => renamed(kill, KILL);

/** What is no list is left as it is, for the schema to refuse. */
const eachOf = (change: (one: unknown) => unknown) => (list: unknown) =>
  Array.isArray(list) ? list.map(change) : list;

/** Keys that have the new name already keep it; those that were not there are not added. */
function renamed(
  value: unknown,
  names: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, (value: unknown) => unknown>> = {},
): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const change = Object.hasOwn(changes, key) ? changes[key] : undefined;
      return [
        Object.hasOwn(names, key) ? (names[key] ?? key) : key,
        change === undefined ? one : change(one),
      ];
    }),
  );
}

const isMapping = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
