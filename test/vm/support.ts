import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { HostWait } from '../../scripts/lib/limit.ts';

/** A folder that is gone after the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** State and cache of this test alone; the user's own are never touched. */
export async function isolatedState(): Promise<string> {
  const dir = await temporaryDir();
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
  vi.stubEnv('REPRO_CACHE', join(dir, 'cache'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return dir;
}

/** A host that gives a machine no CPU at all: its time stands still. */
export const STANDSTILL: HostWait = {
  get ms() {
    return performance.now();
  },
  slowdown: 3,
};
