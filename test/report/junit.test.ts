import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../scripts/report/junit.ts';
import { bigGrid, FIXTURES, hostile, troubled, twoCells } from '../fixtures/reports/index.ts';
import { artifacts, cell, report } from '../fixtures/reports/parts.ts';
import { all, parseXml } from './xml.ts';

describe('the reader of this test', () => {
  test.each([
    '<a>',
    '<a></b>',
    '<a b=c/>',
    '<a b="<"/>',
    '<a>&x;</a>',
    '<a>\u0001</a>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a>]]></a>',
  ])('refuses %s', (text) => expect(() => parseXml(text)).toThrow());
});

describe.each(Object.entries(FIXTURES))('%s', (_, make) => {
  const given = make();
  const root = parseXml(renderJunit(given));

  test('has a suite per cell, a test per sample', () => {
    const suites = all(root, 'testsuite');
    expect(suites).toHaveLength(given.cells.length);
    for (const [at, { samples }] of given.cells.entries()) {
      const names = suites[at]?.children
        .filter(({ name }) => name === 'testcase')
        .map((test) => test.attributes.name);
      expect(names).toEqual(expect.arrayContaining(samples.map(({ id }) => id)));
    }
  });

  test('counts what it holds', () => {
    expect(Number(root.attributes.tests)).toBe(all(root, 'testcase').length);
    expect(Number(root.attributes.failures)).toBe(all(root, 'failure').length);
    expect(Number(root.attributes.errors)).toBe(all(root, 'error').length);
    expect(Number(root.attributes.skipped)).toBe(all(root, 'skipped').length);
  });
});

test('a bad sample fails with the whole kernel line', () => {
  const failures = all(parseXml(renderJunit(twoCells())), 'failure');
  expect(failures).toHaveLength(20);
  expect(failures[0]?.text).toBe(twoCells().cells[1]?.oomKills[0]?.line);
});

test('a bad sample without a kill fails with the words of the runtime', () => {
  const failures = all(parseXml(renderJunit(bigGrid())), 'failure');
  expect(failures.some(({ text }) => text.startsWith('unable to set memory limit to 10485760'))).toBe(true);
});

test('what was not judged is an error; a missed expectation fails on its own, a met one passes', () => {
  const root = parseXml(renderJunit(troubled()));
  const errors = all(root, 'error').map(({ attributes }) => attributes.message);
  expect(errors).toEqual(['the machine did not come up: kernel panic after 2.2 s', 'no answer within 60 s']);
  expect(all(root, 'error')[0]?.text).toContain('Kernel panic - not syncing');
  const expectations = all(root, 'testcase').filter(({ attributes }) =>
    attributes.name?.startsWith('expected'),
  );
  expect(expectations.map((test) => all(test, 'failure').length)).toEqual([1, 0, 1]);
});

test('a skip that was expected is skipped, not an error', () => {
  const skipped = cell({
    scenario: 's',
    axes: { a: 1 },
    artifacts: artifacts(),
    machine: undefined,
    samples: [],
    failure: 'no such package',
    expect: { verdict: 'skip' },
  });
  const root = parseXml(renderJunit(report({ scenario: 's', title: 't', question: 'q', cells: [skipped] })));
  expect(root.attributes).toMatchObject({ errors: '0', failures: '0', skipped: '1' });
});

test('hostile text stays text', () => {
  const failure = all(parseXml(renderJunit(hostile())), 'failure')[0];
  expect(failure?.text).toContain('<script>alert("pwned")</script>');
  expect(failure?.children).toEqual([]);
});

test('each test of a program that a sample ran stands for itself', () => {
  const given = twoCells();
  const [first, ...others] = given.cells;
  const [sample, ...further] = first?.samples ?? [];
  if (first === undefined || sample === undefined) throw new Error('the fixture has no sample');
  const tests = [
    { name: '[k8s.io] Pods should run', outcome: 'passed' as const, durationMs: 8412 },
    {
      name: '[k8s.io] Pods should stop',
      outcome: 'failed' as const,
      durationMs: 10,
      message: 'it did not\nat all',
    },
    { name: '[k8s.io] Secrets', outcome: 'skipped' as const, durationMs: 0, message: 'image: agnhost' },
  ];
  const cells = [{ ...first, samples: [{ ...sample, tests }, ...further] }, ...others];
  const root = parseXml(renderJunit({ ...given, cells }));
  const found = all(root, 'testcase').filter(({ attributes }) => attributes.name?.includes('[k8s.io]'));
  expect(found.map(({ attributes }) => [attributes.name, attributes.time])).toEqual([
    [`${sample.id} [k8s.io] Pods should run`, '8.412'],
    [`${sample.id} [k8s.io] Pods should stop`, '0.01'],
    [`${sample.id} [k8s.io] Secrets`, '0'],
  ]);
  expect(found.map(({ children }) => children.map(({ name }) => name))).toEqual([
    [],
    ['failure'],
    ['skipped', 'system-out'],
  ]);
});
