import { describe, expect, test } from 'vitest';
import { critestArgs } from '../../../scripts/suites/critest/command.ts';
import { critest, missingImage, PreparedCritest } from '../../../scripts/suites/critest/suite.ts';
import { fakeMachine, recordedSink, suiteContext } from '../support.ts';

const options = { focus: '', skip: '', without: [], socket: '/s', imagesFile: '/i.yaml', reportDir: '/r' };
const BASIC = '[k8s.io] Container runtime should support basic operations on container';
const PORT = '[k8s.io] Networking runtime should support networking runtime should support port mapping';
const junit = (cases: string) =>
  `<testsuites><testsuite name="CRI validation">${cases}</testsuite></testsuites>`;
const passed = (name: string) => `<testcase name="[It] ${name}" status="passed" time="1.5"></testcase>`;

test('filters are joined, and a test without its image is left out', () => {
  const args = critestArgs({
    ...options,
    benchmark: false,
    dry: false,
    focus: 'a',
    skip: 'b',
    without: ['c (d)'],
  });
  expect(args).toContain('--ginkgo.focus=a');
  expect(args).toContain('--ginkgo.skip=b|c \\(d\\)');
  expect(args).toContain('--runtime-endpoint=unix:///s');
  expect(args).not.toContain('--benchmark');
  expect(critestArgs({ ...options, benchmark: true, dry: true })).toEqual(
    expect.arrayContaining(['--benchmark', '--ginkgo.dry-run']),
  );
});

test('what needs a registry, or nginx, is known by its name', () => {
  expect(missingImage('[k8s.io] Image Manager public image should be pulled')).toBe(
    'a registry to pull from',
  );
  expect(missingImage(PORT)).toBe('nginx');
  expect(missingImage(BASIC)).toBeUndefined();
});

function run(answers: { list: string; results: string; active?: string; output?: string }) {
  const machine = fakeMachine((command) => {
    if (command.includes('systemctl is-active'))
      return { stdout: `${answers.active ?? 'active'}\nlast words` };
    if (command.includes('junit*')) {
      const text = command.includes('-list') ? answers.list : answers.results;
      return text === '' ? { exitCode: 1 } : { stdout: text };
    }
    if (command.startsWith('tail')) return { stdout: answers.output ?? '' };
    return {};
  });
  const sink = recordedSink('validation#1');
  const params = { focus: '', skip: '' };
  const suite = new PreparedCritest({ machine, context: suiteContext() });
  const ran = suite.take({ caseId: 'validation', params, sink }, new AbortController().signal);
  return ran.then(
    () => ({ sink, error: undefined, commands: machine.commands }),
    (error: Error) => ({ sink, error: error.message, commands: machine.commands }),
  );
}

test('each chosen test has its result', async () => {
  const list = junit(passed(BASIC) + passed(PORT));
  const { sink, error, commands } = await run({ list, results: junit(passed(BASIC)) });
  expect(error).toBeUndefined();
  expect(sink.results?.map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
    [BASIC, 'passed', undefined],
    [PORT, 'skipped', 'image: nginx'],
  ]);
  expect(commands.some((command) => command.includes('port mapping') && command.includes('skip'))).toBe(true);
});

describe('there is no answer', () => {
  const list = junit(passed(BASIC));
  test.each([
    ['when critest names no test', { list: junit(''), results: '' }, 'the filters choose no test'],
    ['when it dies', { list, results: '', output: 'fatal error' }, 'and no results: fatal error'],
    ['when containerd is gone', { list, results: '', active: 'failed' }, 'containerd ended: last words'],
  ])('%s', async (_when, answers, reason) => {
    expect((await run(answers)).error).toContain(reason);
  });
});

test('what an interrupted call has written by then is among the logs of the cell', async () => {
  const machine = fakeMachine((command) =>
    command.includes('unread/output.txt') ? { stdout: 'Running Suite' } : { exitCode: 1 },
  );
  const logs = await critest.logs(machine, new AbortController().signal);
  expect(logs).toEqual({ 'critest-output.txt': 'Running Suite' });
});
