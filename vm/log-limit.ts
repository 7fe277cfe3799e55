/** Logs that a guest makes QEMU write: whatever it prints, it must not fill the host's disk. */
import { appendFile, open, stat, truncate } from 'node:fs/promises';
import { leftOut } from '../scripts/lib/bounded.ts';

/** Bytes of a log above which its middle is taken out. */
export const LOG_LIMIT = 32 * 2 ** 20;
/** Bytes that are kept of its beginning, and of its end. */
const KEPT = 4 * 2 ** 20;
/** Milliseconds between two looks at a log: what a guest writes in that time may come on top of the limit. */
const LOOK = 1_000;

/**
 * Takes the middle out of a log, while its writer appends to it (O_APPEND). Returns its new length. What was written
 * in the very moment may be missing, too.
 */
export async function cutLog(file: string): Promise<number> {
  await using handle = await open(file);
  const before = await handle.stat();
  if (before.size <= LOG_LIMIT) return before.size;
  // First, for it takes a moment: what is written from the look at its length to the cut is lost.
  const tail = Buffer.alloc(KEPT);
  const { size } = await handle.stat();
  await handle.read(tail, 0, KEPT, size - KEPT);
  await truncate(file, KEPT);
  await appendFile(file, Buffer.concat([Buffer.from(leftOut(size - 2 * KEPT)), tail]));
  return (await stat(file)).size;
}

/** Calls `look` from time to time until it is disposed of; what goes wrong with it is no harm. */
export function watchLogs(look: () => Promise<unknown>): Disposable {
  const timer = setInterval(() => void look().catch(() => undefined), LOOK);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
