/** What the console may not show beside a sample that passed: what there is to name, and the defaults. */
import type { ConsoleGates, ConsoleKind } from './types.ts';

export const CONSOLE_KINDS = [
  'oom-kill',
  'panic',
  'oops',
  'hung-task',
  'soft-lockup',
  'rcu-stall',
  'warning',
  'segfault',
] as const satisfies readonly ConsoleKind[];

/** Where a scenario says nothing. */
export const DEFAULT_GATES: ConsoleGates = {
  flag: ['oom-kill', 'panic', 'oops', 'hung-task', 'soft-lockup'],
  fail: [],
  except: [],
};
