/** Against a promise that nothing will ever settle: Node just ends then, with exit code 0 as if all were well. */
import { EXIT } from './errors.ts';

/** Runs `work`. If the process ends before it did, and not by `process.exit`, says so and exits with code 125. */
export async function guardEnd(work: () => Promise<void>): Promise<void> {
  // Comes when Node has nothing left to wait for; `process.exit` doesn't pass here.
  const early = () => {
    process.stderr.write('repro: internal error: it ended before its work was done\n');
    process.exit(EXIT.skip);
  };
  process.once('beforeExit', early);
  try {
    await work();
  } finally {
    process.off('beforeExit', early);
  }
}
