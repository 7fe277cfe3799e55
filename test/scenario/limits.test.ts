/** Files that were made to be too much: each is refused at its place, before it could fill a stack or an hour. */
import { describe, expect, it } from 'vitest';
import {
  DEEPEST,
  LARGEST_FILE,
  MOST_ALIASES,
  MOST_AXES,
  MOST_ENTRIES,
  MOST_LINES,
  MOST_OVERRIDES,
  MOST_PROBLEMS,
  MOST_TOKENS,
  textFlaw,
} from '../../scripts/scenario/limits.ts';
import { parseScenario } from '../../scripts/scenario/load.ts';
import { ScenarioError } from '../../scripts/scenario/problems.ts';
import { scenarioOf } from './fixture.ts';

const BASE = 'title: t\nsuite: {id: script, params: {run: x}}\nsymptom: {case: fails}\n';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const list = (count: number, entry: (index: number) => string) => `[${numbers(count).map(entry).join(', ')}]`;

function problemsOf(text: string): readonly string[] {
  try {
    parseScenario('x.yaml', text);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
}

const DEEP = `lists and mappings are in one another more than ${DEEPEST} deep`;
const MANY = `a list or mapping of more than ${MOST_ENTRIES} entries`;

it.each([
  ['lists that are never closed', `${BASE}axes: ${'['.repeat(5000)}`, '4:55', DEEP],
  ['lists', `${BASE}axes: ${'['.repeat(5000)}${']'.repeat(5000)}`, '4:55', DEEP],
  ['mappings', `${BASE}axes: ${'{a: '.repeat(5000)}`, '4:199', DEEP],
  ['keys', `${BASE}axes:\n${'? '.repeat(5000)}`, '5:99', DEEP],
  [
    'blocks',
    `${BASE}${numbers(900)
      .map((depth) => `${' '.repeat(depth)}a:`)
      .join('\n')}`.slice(0, LARGEST_FILE),
    '53:50',
    DEEP,
  ],
  ['symptoms', `${BASE.replace('{case: fails}', '{any: ['.repeat(1000))}`, '3:178', DEEP],
  ['exclusions', `${BASE}axes: {a: [x]}\nexclude: ${list(8000, () => '{a: x}')}`, '5:8009', MANY],
  ['cases', `${BASE}axes: {a: [x]}\nz: [${'run,'.repeat(20_000)}]`, '5:4004', MANY],
  [
    'keys of the file',
    `${BASE}axes: {a: [x]}\n${numbers(2000)
      .map((one) => `k${one}: 1`)
      .join('\n')}`,
    '1001:1',
    MANY,
  ],
  [
    'aliases',
    `${BASE}axes: &x {a: [x]}\nz: [${'*x,'.repeat(500)}]`,
    '5:305',
    `more than ${MOST_ALIASES} aliases`,
  ],
  ['lines', `${'\n'.repeat(20_000)}${BASE}`, '5000:1', `20004 lines, and ${MOST_LINES} are the most`],
  [
    'commas',
    `${BASE}axes: [${','.repeat(60_000)}`,
    '4:49955',
    `more than ${MOST_TOKENS} words and marks of YAML`,
  ],
  [
    'text',
    `${BASE}question: ${'x'.repeat(200_000)}`,
    '1:1',
    `200${String(BASE.length + 10).padStart(3, '0')} characters, and ${LARGEST_FILE} are the most`,
  ],
])('too many %s', (_, text, at, message) => {
  expect(problemsOf(text)).toEqual([`x.yaml:${at}: too large: ${message}`]);
});

it('aliases of aliases of aliases are not laid out', () => {
  const letters = [...'bcdefghi'].map(
    (name, index) => `${name}: &${name} [${'*'.concat('abcdefgh'[index] ?? '', ',').repeat(9)}]`,
  );
  const text = `${BASE}a: &a [l,l,l,l,l,l,l,l,l]\n${letters.join('\n')}\naxes: *i`;
  expect(problemsOf(text)).toEqual(['x.yaml:1:1: too large: aliases of aliases of aliases']);
});

it('what is as large as it may be is read', () => {
  const excluded = numbers(MOST_ENTRIES).map((one) => `{a: a${one % 100}, b: b${Math.floor(one / 100)}}`);
  const text = `${BASE}axes: {a: ${list(100, (one) => `a${one}`)}, b: ${list(100, (one) => `b${one}`)}}\nexclude: [${excluded.join()}]`;
  expect(parseScenario('x.yaml', text).cells).toHaveLength(9_000);
  expect(textFlaw(`a: ${'['.repeat(DEEPEST - 3)}${']'.repeat(DEEPEST - 3)}`)).toBeUndefined();
  // A star in a text is no alias.
  expect(textFlaw(`- ${'\n- "*x"\n- x*x\n- |\n  *x'.repeat(MOST_ALIASES)}`)).toBeUndefined();
});

describe('a matrix', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'axes',
      { axes: Object.fromEntries(numbers(MOST_AXES + 1).map((one) => [`a${one}`, ['x']])) },
      `axes: has ${MOST_AXES + 1} axes, and ${MOST_AXES} are the most`,
    ],
    [
      'points',
      { axes: { a: numbers(101), b: numbers(100) } },
      'axes: make 10100 points, and 10000 are the most',
    ],
    [
      'points than there are numbers',
      { axes: Object.fromEntries(numbers(30).map((one) => [`a${one}`, numbers(30)])) },
      'points, and 10000 are the most',
    ],
    [
      'overrides',
      { overrides: numbers(MOST_OVERRIDES + 1).map(() => ({ when: {}, samples: 2 })) },
      `overrides: has more than ${MOST_OVERRIDES} entries`,
    ],
    [
      'letters in the name of an axis',
      { axes: { ['a'.repeat(65)]: ['x'] } },
      'the name has 65 characters, and 64 are the most',
    ],
    [
      'letters in a value',
      { axes: { a: ['x'.repeat(1001)] } },
      'axes.a[0]: a value of 1001 characters, and 1000 are the most',
    ],
  ])('of too many %s', (_, keys, message) => {
    const suite = { id: 'script', params: { run: 'x' } };
    expect(() => scenarioOf({ suite, axes: { a: ['x'] }, ...keys })).toThrow(message);
  });

  it.each([
    ['samples: 1e9', 'samples: must be at most 10000'],
    ['samples: -1', 'samples: must be at least 1'],
    ['samples: .nan', 'samples: must be a whole number from 1 to 10000, or auto'],
    [`samples: ${'9'.repeat(400)}`, 'samples: must be a whole number from 1 to 10000, or auto'],
    ['timeout: .inf', 'timeout: must be a number or a text, not Infinity'],
    ['timeout: 1e300', 'timeout: must be a time between 1s and 24h'],
    ['machine: {memory: 1e30}', 'machine.memory: must be a size from 128Mi to 4096Gi'],
    ['machine: {memory: 99999999999999999999Gi}', 'machine.memory: must be a size from 128Mi to 4096Gi'],
    ['machine: {disk: 20000Gi}', 'machine.disk: must be a size from 64Mi to 16384Gi'],
    ['machine: {cpus: 1e9}', 'machine.cpus: must be at most 64'],
    ['machine: {network: !!js/function "x"}', 'YAML: Unresolved tag'],
    ['title: 2026-01-01\ntitle: x', 'this key is here twice'],
    ['__proto__: {a: 1}', '__proto__: unknown key'],
    ['constructor: 1', 'constructor: unknown key'],
    ['exclude: [{__proto__: x}]', 'exclude[0].__proto__: no such axis here'],
    ['include: [{constructor: x}]', 'include[0].constructor: no such axis here'],
    [
      'overrides: [{when: {}, params: {__proto__: x}}]',
      'overrides[0].params.__proto__: the suite script has no such parameter',
    ],
  ])('is refused with %s', (line, message) => {
    expect(problemsOf(`${BASE}axes: {a: [x]}\n${line}`).join('\n')).toContain(message);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'kernеl', 'rυnc'])('has no axis %s', (axis) => {
    expect(problemsOf(`${BASE}axes: {${axis}: [x]}`).join('\n')).toMatch(/^x\.yaml:4:8: axes\./);
  });

  it('is YAML 1.2, whatever the file says', () => {
    const text = `%YAML 1.1\n---\n${BASE}axes: {a: [x]}\nmachine: {network: yes}`;
    expect(problemsOf(text)).toContain('x.yaml:1:1: YAML: scenarios are YAML 1.2: remove the line %YAML');
  });

  it('is the same with CRLF and a mark at its start', () => {
    expect(problemsOf(`\ufeff${BASE}axes: {a: [x]}\n`.replaceAll('\n', '\r\n'))).toEqual([]);
  });
});

it('of very many problems the first are told', () => {
  const problems = problemsOf(
    `${BASE}axes: {a: [x]}\n${numbers(900)
      .map((one) => `k${one}: 1`)
      .join('\n')}`,
  );
  expect(problems).toHaveLength(MOST_PROBLEMS + 1);
  expect(problems.at(-1)).toBe(`and ${900 - MOST_PROBLEMS} more`);
});
