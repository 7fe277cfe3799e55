/** Roots made by mmdebstrap, in a folder that goes with this process: a crash leaves hundreds of megabytes of one. */
import { chmod } from 'node:fs/promises';
import { run } from '../lib/exec.ts';
import { withOwnFolder } from '../lib/owned.ts';

/** Throws what `run` throws. */
export async function mmdebstrap(args: readonly string[], signal: AbortSignal): Promise<void> {
  await withOwnFolder('root', async (dir) => {
    // apt downloads as a user of its own, who has to get there.
    await chmod(dir, 0o755);
    await run(['mmdebstrap', ...args], { signal, env: { TMPDIR: dir } });
  });
}
