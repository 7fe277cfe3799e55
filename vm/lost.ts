/** The end of a machine, which is known a moment after what it breaks. */
import { once } from 'node:events';

/** Waits until `lost` is aborted, for as many milliseconds at most. */
export async function untilLost(lost: AbortSignal, timeout: number): Promise<void> {
  if (lost.aborted) return;
  await once(lost, 'abort', { signal: AbortSignal.timeout(timeout) }).catch(() => undefined);
}
