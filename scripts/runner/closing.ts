/** What is read of a machine after its samples. */
import type { Machine } from '../../vm/machine.ts';
import { MachineError } from '../lib/errors.ts';
import { makeLimit } from '../lib/limit.ts';

/** Milliseconds that reading versions, or logs, may take. */
const CLOSING_TIMEOUT = 60_000;

/** Reads `what` within that time of the machine's own. Throws MachineError `exec-timeout` when it is over. */
export async function whileClosing<T>(
  machine: Machine,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using limit = makeLimit(
    CLOSING_TIMEOUT,
    machine.hostWait,
    (said) => new MachineError('exec-timeout', `${what} could not be read within ${said}`),
  );
  return await work(AbortSignal.any([machine.lost, limit.signal]));
}
