/** Checks of the kernel log of a sample that passed: the defaults. */
import { KERNEL_EVENTS } from '../model/kernel-event.ts';
import type { KernelLogChecks } from './types.ts';

/** Where a scenario says nothing. */
export const DEFAULT_CHECKS: KernelLogChecks = {
  warn: ['oom-kill', ...KERNEL_EVENTS.filter(({ warns }) => warns).map(({ kind }) => kind)],
  fail: [],
  ignore: [],
};
