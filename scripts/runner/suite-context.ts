/** What a suite is told of its cell and of the machine that it gets. */
import type { Machine } from '../../vm/machine.ts';
import type { Cell } from '../scenario/types.ts';
import type { SuiteContext } from '../suites/suite.ts';

export function suiteContext(
  cell: Cell,
  machine: Machine,
  scratch: string,
  hooks: Pick<SuiteContext, 'keep' | 'guest'>,
): SuiteContext {
  const cgroupDriver = cell.axes.cgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs';
  return { cell, cgroup: machine.facts.cgroup, cgroupDriver, scratch, ...hooks };
}
