/** Whether a machine can still take samples. */
import type { Machine } from '../../vm/machine.ts';
import { MachineError, ReproError } from '../lib/errors.ts';

/** After a sample without an answer: throws its failure when the next ones would have none either. */
export async function stillAlive(machine: Machine, failure: unknown): Promise<void> {
  if (failure instanceof ReproError && failure.code === 'cannot-start') throw failure;
  try {
    await machine.exec(['true'], { timeout: 30_000 });
  } catch (error) {
    // The machine itself knows best why it is gone, and what its console said.
    if (error instanceof MachineError && error.consoleTail.length > 0) throw error;
    if (failure instanceof MachineError) throw failure;
    throw error instanceof ReproError ? error : failure;
  }
}
