import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ReproError } from '../../../scripts/lib/errors.ts';
import { readGinkgoJunit } from '../../../scripts/suites/ginkgo/junit.ts';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../fixtures/ginkgo', name), 'utf8');

describe('JUnit of ginkgo 1', () => {
  const run = readGinkgoJunit(fixture('v1.xml'), 'v1.xml');

  test('has what was chosen, with its times; entities are read', () => {
    expect(run.ginkgo).toBe(1);
    expect(run.tests.map(({ name, outcome, durationMs }) => ({ name, outcome, durationMs }))).toEqual([
      {
        name: "[k8s.io] Variable Expansion should allow substituting values in a container's command [NodeConformance] [Conformance]",
        outcome: 'passed',
        durationMs: 8412,
      },
      {
        name: '[k8s.io] Pods should <restart> & go on [NodeConformance]',
        outcome: 'failed',
        durationMs: 301_500,
      },
      { name: '[k8s.io] Sysctls should reject invalid sysctls', outcome: 'skipped', durationMs: 200 },
    ]);
    expect(run.setupFailures).toEqual([]);
  });

  test('tells why a test failed, line by line, and why one skipped itself', () => {
    expect(run.tests[1]?.message?.split('\n')[1]).toBe(
      'pod "a" did not run: timed out waiting for the condition',
    );
    expect(run.tests[2]?.message).toBe('not supported on this kernel');
  });

  test('a set-up that failed is no test', () => {
    const { tests, setupFailures } = readGinkgoJunit(fixture('v1-setup.xml'), 'v1-setup.xml');
    expect(tests).toEqual([]);
    expect(setupFailures.map(({ name, message }) => [name, message?.split('\n')[0]])).toEqual([
      ['BeforeSuite', 'system validation'],
    ]);
  });
});

describe('JUnit of ginkgo 2', () => {
  const run = readGinkgoJunit(fixture('v2.xml'), 'v2.xml');

  test('has the tests alone, without the kind of node in their names', () => {
    expect(run.ginkgo).toBe(2);
    expect(run.tests.map(({ name, outcome }) => [name, outcome])).toEqual([
      [
        "[sig-node] Variable Expansion should allow substituting values in a container's command [NodeConformance] [Conformance]",
        'passed',
      ],
      ['[sig-node] OOMKiller for pod using more memory than node allocatable', 'failed'],
      ['[sig-node] Pods should run', 'failed'],
      ['[sig-node] Swap should be off', 'skipped'],
    ]);
    expect(run.setupFailures).toEqual([]);
  });

  test('a panic and a time-out are failures, each in its words, said once', () => {
    expect(run.tests.map(({ message }) => message)).toEqual([
      undefined,
      '[FAILED] container should be OOMKilled\nIn [It] at: test/e2e_node/oomkiller_linux_test.go:250',
      '[TIMEDOUT] A suite timeout occurred',
      'swap is on',
    ]);
  });

  test('a set-up that failed is no test', () => {
    const text = fixture('v2.xml').replace(
      '<testcase name="[SynchronizedBeforeSuite]" classname="E2eNode Suite" status="passed" time="20.25">',
      '<testcase name="[SynchronizedBeforeSuite]" classname="E2eNode Suite" status="failed" time="20.25"><failure message="no kubelet" type="failed"></failure>',
    );
    const { setupFailures } = readGinkgoJunit(text, 'v2.xml');
    expect(setupFailures).toEqual([
      { name: '[SynchronizedBeforeSuite]', outcome: 'failed', durationMs: 20_250, message: 'no kubelet' },
    ]);
  });
});

test.each([
  ['', 'is a truncated JUnit file'],
  [fixture('v1.xml').slice(0, 900), 'is a truncated JUnit file'],
  ['<html></html>', 'has no testsuite'],
  [`${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`, 'is not a JUnit file: Maximum nested tags exceeded'],
  ['<error/><![CDATA[', 'is not a JUnit file: CDATA is not closed'],
])('a file that is not a JUnit is told: %#', (text, reason) => {
  expect(() => readGinkgoJunit(text, 'junit_01.xml')).toThrow(ReproError);
  expect(() => readGinkgoJunit(text, 'junit_01.xml')).toThrow(reason);
});
