import { describe, expect, test } from 'vitest';
import { runTests, UNREAD, unexpectedEnd } from '../../../scripts/suites/node-e2e/run.ts';
import { nodeE2e } from '../../../scripts/suites/node-e2e/suite.ts';
import { logsByTest } from '../../../scripts/suites/node-e2e/test-logs.ts';
import { fakeMachine, recordedSink, suiteContext, syntaxErrors } from '../support.ts';

const GOOD = '[sig-node] ConfigMap should be consumable via the environment [NodeConformance]';
const BROKEN = '[k8s.io] Variable Expansion should allow composing env vars [NodeConformance]';
const LAZY = '[k8s.io] Summary API [NodeConformance] should report';
const UNPULLED = '[k8s.io] Pods should get a host IP [NodeConformance]';
const AGNHOST = '[sig-storage] Secrets should be consumable from pods in volume [NodeConformance]';
const NAMES = [GOOD, BROKEN, LAZY, UNPULLED, AGNHOST];

const JUNIT = `<testsuite name="E2eNode Suite">
<testcase name="${GOOD}" time="8.5"></testcase>
<testcase name="${BROKEN}" time="9"><failure type="Failure">expected "a" in the logs</failure></testcase>
<testcase name="${UNPULLED}" time="60"><failure type="Failure">Failed to pull image "x/pause:9": no route</failure></testcase>
<testcase name="other" time="0"><skipped></skipped></testcase>
</testsuite>`;

const SETUP = `<testsuite><testcase name="BeforeSuite" time="9"><failure type="Failure">no kubelet</failure></testcase></testsuite>`;

interface Guest {
  readonly exitCode?: number;
  readonly junit?: string;
  readonly containerd?: string;
  readonly journal?: string;
}

/** A machine on which e2e_node.test has run with that result. */
function guest({ exitCode = 1, junit = JUNIT, containerd = 'active', journal = '' }: Guest) {
  return fakeMachine((command) => {
    if (command.includes('systemctl is-active')) return { stdout: `${containerd}\nlast words` };
    if (command.includes('junit')) return junit === '' ? { exitCode: 1 } : { stdout: junit };
    if (command.includes('output.txt') && command.startsWith('tail'))
      return { stdout: 'fatal error: all goroutines' };
    if (command.includes('journalctl')) return { stdout: journal };
    return { exitCode: command.includes('--report-dir=') ? exitCode : 0 };
  });
}

const filter = { focus: 'x', skip: '', labelFilter: '' };

async function run(machine: ReturnType<typeof guest>) {
  const sink = recordedSink('tests#1');
  const context = suiteContext();
  const chosen = { ginkgo: 1, filter, names: NAMES } as const;
  const ran = runTests(chosen, { machine, context, sink }, new AbortController().signal);
  return {
    sink,
    error: await ran.then(
      () => undefined,
      (error: Error) => error.message,
    ),
  };
}

test('each chosen test has its result, and what needs an image that nobody has is a skip that names it', async () => {
  const { sink, error } = await run(guest({}));
  expect(error).toBeUndefined();
  expect(sink.results?.map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
    [UNPULLED, 'skipped', 'image: x/pause:9'],
    [LAZY, 'skipped', 'the test skipped itself, or the run ended before it'],
    [BROKEN, 'failed', 'expected "a" in the logs'],
    [GOOD, 'passed', undefined],
    [AGNHOST, 'skipped', 'image: agnhost'],
  ]);
  expect(sink.errors).toEqual([`${BROKEN}: expected "a" in the logs`]);
  expect(sink.metrics).toEqual({
    'tests.passed': { value: 1, unit: 'tests' },
    'tests.failed': { value: 1, unit: 'tests' },
    'tests.skipped': { value: 3, unit: 'tests' },
  });
  expect(sink.kept['junit.xml']).toBe(JUNIT);
});

test('a test without its image is left out before it runs', async () => {
  const machine = guest({});
  await run(machine);
  const command = machine.commands.find((one) => one.includes('--report-dir=')) ?? '';
  expect(command).toContain('--ginkgo.skip=\\[sig-storage\\] Secrets should be consumable');
  expect(command).not.toContain('Variable Expansion');
  expect(syntaxErrors(command)).toBe('');
});

describe('there is no answer', () => {
  test.each([
    [
      'when the program dies',
      { junit: '', exitCode: 2 },
      'ended with exit code 2 and no results: fatal error',
    ],
    ['when its set-up fails', { junit: SETUP }, 'BeforeSuite failed: no kubelet'],
    ['when containerd is gone', { containerd: 'failed' }, 'containerd ended: last words'],
    [
      'when the kubelet was killed',
      { journal: 'kubelet-1.service: Main process exited, code=killed, status=9/KILL\n' },
      'the kubelet ended: kubelet-1.service: Main process exited, code=killed, status=9/KILL',
    ],
    ['when time is over', { exitCode: 124 }, 'was ended after 60 s, with 3 tests done'],
  ])('%s', async (_when, given, reason) => {
    const { error } = await run(guest(given));
    expect(error).toContain(reason);
  });
});

test('what an interrupted sample has written by then is among the logs of the cell', async () => {
  const machine = fakeMachine((command) =>
    command.includes(`${UNREAD}/output.txt`) ? { stdout: 'Running Suite' } : { exitCode: 1 },
  );
  const logs = await nodeE2e.logs(machine, new AbortController().signal);
  expect(logs).toEqual({ 'e2e-output.txt': 'Running Suite' });
  const read = guest({});
  await run(read);
  expect(read.commands.findIndex((one) => one.includes(`rm -f ${UNREAD}`))).toBeGreaterThan(
    read.commands.findIndex((one) => one.includes('junit*.xml')),
  );
});

test("the tests' own way to end the kubelet is no death of it", () => {
  const own = 'kubelet-1.service: Main process exited, code=killed, status=15/TERM\n';
  expect(unexpectedEnd(own)).toBeUndefined();
  expect(unexpectedEnd('')).toBeUndefined();
  expect(
    unexpectedEnd(`${own}kubelet-1.service: Main process exited, code=exited, status=255/EXCEPTION`),
  ).toContain('255');
});

test("a test's log is its part of the output and what the kubelet said of its pods", () => {
  const rule = '-'.repeat(30);
  const output = [
    'Running Suite',
    `[sig-node] ConfigMap \n  should be consumable via the environment [NodeConformance]\nSTEP: namespace "configmap-4711" for it`,
    `[k8s.io] Variable Expansion \n  should allow composing env vars [NodeConformance]\nSTEP: Destroying namespace "var-expansion-42"`,
  ].join(`\n${rule}\n`);
  const kubelet = 'I1 pod a_configmap-4711 started\nI2 pod b_var-expansion-42 failed\nI3 housekeeping';
  const [sandbox, container] = ['a'.repeat(64), 'b'.repeat(64)];
  const containerd = [
    'msg="RunPodSandbox for &PodSandboxMetadata{Name:p,Namespace:configmap-4711,Attempt:0,}"',
    `msg="RunPodSandbox for &PodSandboxMetadata{Namespace:configmap-4711,} returns sandbox id \\"${sandbox}\\""`,
    `msg="CreateContainer within sandbox \\"${sandbox}\\" returns container id \\"${container}\\""`,
    `msg="StartContainer for \\"${container}\\" failed"`,
    `msg="StopPodSandbox for \\"${'c'.repeat(64)}\\""`,
  ].join('\n');
  const results = [GOOD, BROKEN].map((name) => ({ name, outcome: 'passed' as const, durationMs: 1 }));
  const logs = logsByTest(
    results,
    new Map([
      ['output.txt', output],
      ['kubelet.log', kubelet],
      ['containerd.log', containerd],
    ]),
  );
  expect([...logs.keys()]).toEqual([
    'ConfigMap-should-be-consumable-via-the-environment.log',
    'Variable-Expansion-should-allow-composing-env-vars.log',
  ]);
  const [first = '', second = ''] = [...logs.values()];
  expect(first).toContain('a_configmap-4711');
  expect(first).not.toContain('var-expansion-42');
  expect(first).toContain(`StartContainer for \\"${container}\\" failed`);
  expect(first).not.toContain('StopPodSandbox');
  expect(second).not.toContain(sandbox);
  expect(second).toContain('I2 pod b_var-expansion-42 failed');
});
