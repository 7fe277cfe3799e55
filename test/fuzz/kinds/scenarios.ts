/** Scenario files, and what is said about their axes on the command line. */
import fc from 'fast-check';
import { parse } from 'yaml';
import { chooser } from '../../../scripts/scenario/chooser.ts';
import { filterCells } from '../../../scripts/scenario/filter.ts';
import { parseScenario } from '../../../scripts/scenario/load.ts';
import { ScenarioError } from '../../../scripts/scenario/problems.ts';
import { ScenarioFile } from '../../../scripts/scenario/schema.ts';
import { matches } from '../../../scripts/scenario/select.ts';
import { parseSet } from '../../../scripts/scenario/set.ts';
import { scenarioOf } from '../../scenario/fixture.ts';
import { corpus } from '../corpus.ts';
import { fromSchema } from '../from-schema.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, soup } from '../mutate.ts';

const FILES = [...corpus('scenarios', /\.yaml$/), ...corpus('test/fixtures/scenarios/valid', /\.yaml$/)];

// biome-ignore format: a list of words
const KEYS = [
  'title: t\n', 'axes:\n', 'axes: {runc: ["1.1.5"]}\n', '  runc: ["1.1.5", "1.1.15"]\n', '  cgroup: [v1, v2]\n',
  'suite: oci\n', 'suite: {id: script, params: {run: x}}\n', 'symptom: {case: fails}\n', 'symptom: {any: [',
  'exclude: [', '{runc: "1.1.5"}', 'include: [{', 'overrides: [{when: {}, ', 'expect: [{when: {}, verdict: good}]\n',
  'samples: ', 'timeout: ', 'machine: {memory: ', 'kernelLog: {ignore: [{', 'build: {runc: {run: x}}\n', 'rate: ',
  'sources: [deb:trixie]\n', '&a ', '*a', '<<: *a\n',
] as const;

/** What a scenario says of a text: a problem each, with its place, or cells. */
async function plan(text: string): Promise<void> {
  try {
    const { cells } = parseScenario('x.yaml', text);
    must(new Set(cells.map(({ id }) => id)).size === cells.length, 'each cell has an id of its own');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    must(error.problems.length > 0, 'a scenario that is refused has a problem');
    const placed = error.problems.every(({ line, column }) => line >= 1 && column >= 1);
    must(placed, 'a problem has a place');
  }
}

export const scenarios = fuzzKind(
  'scenarios',
  fc.oneof(
    { weight: 6, arbitrary: damaged(FILES, KEYS) },
    { weight: 3, arbitrary: soup(KEYS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.object({ maxDepth: 5 }).map((value) => JSON.stringify(value)) },
  ),
  plan,
);

// biome-ignore format: a list of words
const VALUES = [
  '1.1.5', '1.1.15', 'deb:trixie', 'release:1.1.15', 'git:v1.1.15', 'path:./runc', 'v1', 'v2', 'runc', 'cgroup', 'kernel',
  'memoryLimit', 'containerd', 'params', 'oci', 'script', 'auto', '10Mi', '5%', '90s', '/a+/', '/(a/', 'pod-start',
  'constructor', '__proto__', '', ' ', 'a\nb', 'x,y=z', '\u{1f600}', '\x1b[31m',
] as const;

const given = FILES.map((text): Record<string, unknown> => parse(text));
const shape: Readonly<Record<string, Parameters<typeof fromSchema>[0]>> = ScenarioFile.shape;

/** A scenario that is well-formed but for a few keys, which have the form that they must have, or nearly. */
export const madeScenarios = fuzzKind(
  'made-scenarios',
  fc
    .subarray(Object.keys(shape), { minLength: 1, maxLength: 4 })
    .chain((keys) =>
      fc.tuple(
        fc.constantFrom(...given),
        fc.record(
          Object.fromEntries(
            keys.flatMap((key) => {
              const schema = shape[key];
              return schema === undefined ? [] : [[key, fromSchema(schema, fc.constantFrom(...VALUES))]];
            }),
          ),
        ),
      ),
    )
    .map(([file, keys]) => JSON.stringify({ ...file, ...keys })),
  plan,
);

const word = fc.oneof(
  fc.constantFrom(
    'runc',
    'cgroup',
    'memoryLimit',
    '1.1.5',
    'v2',
    '10Mi',
    'constructor',
    '__proto__',
    'test/',
    '=',
  ),
  fc.string({ maxLength: 6 }),
);
const assignment = fc.oneof(
  fc
    .tuple(word, fc.array(word, { minLength: 1, maxLength: 3 }))
    .map(([axis, values]) => `${axis}=${values.join()}`),
  fc.array(word, { maxLength: 4 }).map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

export const sets = fuzzKind('sets', fc.array(assignment, { maxLength: 5 }), async (assignments) => {
  await answered(() => scenarioOf({ axes: { runc: ['1.1.5'], cgroup: ['v2'] } }, parseSet(assignments)));
});

const CELLS = scenarioOf({
  axes: { runc: ['1.1.5', '1.1.15'], cgroup: ['v2', 'v1'], memoryLimit: ['10Mi', '15Mi'] },
});

export const filters = fuzzKind('filters', fc.array(assignment, { maxLength: 5 }), async (wanted) => {
  const left = await answered(() => filterCells(CELLS.cells, wanted, CELLS.unsupported));
  must(left === undefined || left.length > 0, 'a filter leaves a cell or is refused');
  must(left === undefined || left.every((cell) => CELLS.cells.includes(cell)), 'no cell is made up');
});

const values = fc.constantFrom('x', 'y', 1, true, '1');
const axes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), values, { maxKeys: 4 });
const selector = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'constructor'),
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 })),
  { maxKeys: 3 },
);

export const selectors = fuzzKind(
  'selectors',
  fc.tuple(axes, fc.array(selector, { maxLength: 12 })),
  ([point, all]) => {
    const wanted = all.flatMap((one, index) => (matches(one, point) ? [index] : []));
    must(JSON.stringify(chooser(all)(point)) === JSON.stringify(wanted), 'a chooser finds what matches');
  },
);
