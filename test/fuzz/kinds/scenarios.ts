/** Scenario files, `--set`, `--filter` and patterns. */
import fc from 'fast-check';
import { compile, matchesWithin, PatternError, parsePattern } from '../../../scripts/lib/pattern.ts';
import { chooser } from '../../../scripts/scenario/chooser.ts';
import { filterCells } from '../../../scripts/scenario/filter.ts';
import { parseScenario } from '../../../scripts/scenario/load.ts';
import { ScenarioError } from '../../../scripts/scenario/problems.ts';
import { matches } from '../../../scripts/scenario/select.ts';
import { parseSet } from '../../../scripts/scenario/set.ts';
import { scenarioOf } from '../../scenario/fixture.ts';
import { corpus } from '../corpus.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, soup } from '../mutate.ts';

const FILES = [...corpus('scenarios', /\.yaml$/), ...corpus('test/fixtures/scenarios/valid', /\.yaml$/)];
const KEYS = [
  'title: t\n', 'axes:\n', 'axes: {runc: ["1.1.5"]}\n', '  runc: ["1.1.5", "1.1.15"]\n', '  cgroup: [v1, v2]\n',
  'suite: oci\n', 'suite: {id: script, params: {run: x}}\n', 'symptom: {case: fails}\n', 'symptom: {any: [', 'exclude: [',
  '{runc: "1.1.5"}', 'include: [{', 'overrides: [{when: {}, ', 'expect: [{when: {}, verdict: good}]\n', 'samples: ',
  'timeout: ', 'machine: {memory: ', 'console: {except: [{', 'build: {runc: {run: x}}\n', 'sources: [deb:trixie]\n', 'rate: ',
] as const;

export const scenarios = fuzzKind(
  'scenarios',
  fc.oneof(
    { weight: 6, arbitrary: damaged(FILES, KEYS) },
    { weight: 3, arbitrary: soup(KEYS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.object({ maxDepth: 5 }).map((value) => JSON.stringify(value)) },
  ),
  async (text) => {
    try {
      const { cells } = parseScenario('x.yaml', text);
      must(new Set(cells.map(({ id }) => id)).size === cells.length, 'each cell has an id of its own');
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      must(error.problems.length > 0, 'a scenario that is refused has a problem');
      must(
        error.problems.every(({ line, column }) => line >= 1 && column >= 1),
        'a problem has a place',
      );
    }
  },
);

const word = fc.oneof(
  fc.constantFrom('runc', 'cgroup', 'memoryLimit', '1.1.5', 'v2', '10Mi', '15Mi', 'constructor', '__proto__', 'test/', '='),
  fc.string({ maxLength: 6 }),
);
const assignment = fc.oneof(
  fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 3 })).map(([axis, values]) => `${axis}=${values.join()}`),
  fc.array(word, { maxLength: 4 }).map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

export const assignments = fuzzKind('set', fc.array(assignment, { maxLength: 5 }), async (given) => {
  await answered(() => scenarioOf({ axes: { runc: ['1.1.5'], cgroup: ['v2'] } }, parseSet(given)));
});

const CELLS = scenarioOf({
  axes: { runc: ['1.1.5', '1.1.15'], cgroup: ['v2', 'v1'], memoryLimit: ['10Mi', '15Mi'] },
});

export const filters = fuzzKind('filters', fc.array(assignment, { maxLength: 5 }), async (given) => {
  const left = await answered(() => filterCells(CELLS.cells, given, CELLS.impossible));
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

const PATTERN_WORDS = [
  'a', 'b', '.', '*', '+', '?', '|', '(', ')', '(?:', '(?i)', '[', ']', '^', '$', '\\b', '\\d', '\\w', '\\s', '{2,9}',
  '{1000}', '(a+)+', '(a|aa)+', '.*.*=', '(?=', '\\1', '(?<n>', '\\k<n>', '\\x{1F600}', '\\p{L}', '[^a]', '-',
] as const;

export const patterns = fuzzKind(
  'patterns',
  fc.tuple(
    fc.oneof(soup(PATTERN_WORDS, 25), fc.string({ unit: 'binary', maxLength: 40 })),
    fc.constantFrom('', 'i', 's', 'm', 'ims', 'gu'),
    fc.oneof(soup(['a', 'b', 'aa', '=', 'n', '\n', '1'], 40), fc.constantFrom('a'.repeat(20_000), 'ab'.repeat(9_000))),
  ),
  ([source, flags, text]) => {
    try {
      const pattern = parsePattern(`/${source}/${flags}`);
      if (typeof pattern !== 'string') must(typeof pattern.test(text) === 'boolean', 'a pattern answers');
      compile(source);
      matchesWithin(source, text);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      must(error.message !== '', 'a refusal says why');
    }
  },
);
