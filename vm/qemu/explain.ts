/** Why something on a running machine failed: when the machine is gone, that is the reason, whatever it looked like. */
import { MachineError } from '../../scripts/lib/errors.ts';
import { type ConsoleReader, consoleTail } from '../console.ts';
import { untilLost } from '../lost.ts';

/** Milliseconds that QEMU may take to end after its guest has panicked. */
const PANIC_TIMEOUT = 5_000;

/**
 * `lost` is aborted when QEMU ended. A panic is one when the machine
 * ended, too, as a kernel does with `panic=-1`: any program can print the words.
 */
export async function explainFailure(
  error: unknown,
  console: Pick<ConsoleReader, 'read' | 'state'>,
  lost: AbortSignal,
  timeout = PANIC_TIMEOUT,
): Promise<unknown> {
  const state = await console.state();
  if (state.kind === 'panic') await untilLost(lost, timeout);
  const tail = consoleTail(await console.read());
  if (state.kind === 'panic' && lost.aborted) {
    return new MachineError('panic', state.why, { consoleTail: tail, cause: error });
  }
  if (lost.aborted) {
    return new MachineError('lost', lost.reason.message, { consoleTail: tail, cause: error });
  }
  if (error instanceof MachineError && error.consoleTail.length === 0) {
    const code = error.code === 'exec-timeout' ? 'exec-timeout' : 'lost';
    return new MachineError(code, error.message, { consoleTail: tail, cause: error });
  }
  return error;
}
