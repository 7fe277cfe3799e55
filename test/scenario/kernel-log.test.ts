import { expect, test } from 'vitest';
import { ScenarioError } from '../../scripts/scenario/problems.ts';
import { scenarioOf } from './fixture.ts';

test('what is not named keeps its default', () => {
  const { kernelLog: checks } = scenarioOf({ kernelLog: { fail: ['panic'] } });
  expect(checks).toEqual({
    warn: ['oom-kill', 'panic', 'oops', 'hung-task', 'soft-lockup'],
    fail: ['panic'],
    ignore: [],
  });
});

test.each([
  [{ warn: ['oomkill'] }, /warn/],
  [{ ignore: [{ kind: 'panic', reason: 'known' }] }, /until/],
  [{ ignore: [{ kind: 'panic', reason: 'known', until: 'tomorrow' }] }, /until/],
  [{ ignore: [{ kind: 'panic', until: '2026-01-01' }] }, /reason/],
  [{ ignore: [{ kind: 'panic', reason: 'x', until: '2026-01-01', matching: '/(/' }] }, /matching/],
])('%j is refused', (kernelLog, message) => {
  expect(() => scenarioOf({ kernelLog })).toThrow(ScenarioError);
  expect(() => scenarioOf({ kernelLog })).toThrow(message);
});
