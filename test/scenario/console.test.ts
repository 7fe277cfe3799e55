import { expect, test } from 'vitest';
import { ScenarioError } from '../../scripts/scenario/problems.ts';
import { scenarioOf } from './fixture.ts';

test('what is not named keeps its default', () => {
  const { console: gates } = scenarioOf({ console: { fail: ['panic'] } });
  expect(gates).toEqual({
    flag: ['oom-kill', 'panic', 'oops', 'hung-task', 'soft-lockup'],
    fail: ['panic'],
    except: [],
  });
});

test.each([
  [{ flag: ['oomkill'] }, /flag/],
  [{ except: [{ kind: 'panic', reason: 'known' }] }, /until/],
  [{ except: [{ kind: 'panic', reason: 'known', until: 'tomorrow' }] }, /until/],
  [{ except: [{ kind: 'panic', until: '2026-01-01' }] }, /reason/],
  [{ except: [{ kind: 'panic', reason: 'x', until: '2026-01-01', matching: '/(/' }] }, /matching/],
])('%j is refused', (console, message) => {
  expect(() => scenarioOf({ console })).toThrow(ScenarioError);
  expect(() => scenarioOf({ console })).toThrow(message);
});
