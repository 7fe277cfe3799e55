/** What the console may not show beside a sample that passed: the defaults. */
import type { ConsoleGates } from './types.ts';

/** Where a scenario says nothing. */
export const DEFAULT_GATES: ConsoleGates = {
  flag: ['oom-kill', 'panic', 'oops', 'hung-task', 'soft-lockup'],
  fail: [],
  except: [],
};
