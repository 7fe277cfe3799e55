import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Cache, type CacheOptions, type EntryRequest } from '../../scripts/artifact/cache.ts';

/** A folder that is gone after the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-artifact-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A cache that remembers its notices. Every instance is like another process: it verifies anew. */
export function openCache(root: string, options: CacheOptions = {}): { cache: Cache; notices: string[] } {
  const notices: string[] = [];
  return { cache: new Cache(root, { notice: (line) => notices.push(line), ...options }), notices };
}

export function order(make: EntryRequest['make'], rest: Partial<EntryRequest> = {}): EntryRequest {
  return { kind: 'deb', name: 'thing-1.0', inputs: ['digest'], network: true, make, ...rest };
}

/** Everything below a folder, but for locks and marks of use. */
export async function tree(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  return names.filter((name) => !/\.lock|^\.users/.test(name)).sort();
}

export const signal = new AbortController().signal;
