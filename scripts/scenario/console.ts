/** What the console may not show beside a sample that passed: the defaults. */
import { KERNEL_EVENTS } from '../model/kernel-event.ts';
import type { ConsoleGates } from './types.ts';

/** Where a scenario says nothing. */
export const DEFAULT_GATES: ConsoleGates = {
  flag: ['oom-kill', ...KERNEL_EVENTS.filter(({ flagged }) => flagged).map(({ kind }) => kind)],
  fail: [],
  except: [],
};
