/** The command as a user types it, in a folder of its own. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { missingTools } from '../../scripts/setup/tools.ts';

/** Whether no machine can run here; says so, loudly. */
export async function cannotRun(): Promise<boolean> {
  const missing = await missingTools();
  if (missing.length === 0) return false;
  console.warn(
    `NOT TESTED: no machine can run here, for lack of ${missing.map((tool) => tool.program).join(', ')}`,
  );
  return true;
}

export interface Cli {
  readonly dir: string;
  repro(...args: string[]): SpawnSyncReturns<string>;
  remove(): void;
}

export function makeCli(): Cli {
  const dir = mkdtempSync(join(tmpdir(), 'repro-cli-'));
  const launcher = join(packageRoot(), 'scripts/launch.mjs');
  return {
    dir,
    repro: (...args) =>
      spawnSync('node', [launcher, ...args], { cwd: dir, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
