/** A small or read-only disk for a test: a tmpfs, which root may mount, though root in a container often may not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts one; disposed of, it is unmounted. `options` as in tmpfs(5). */
export function tmpfs(dir: string, options: string): Disposable & { readonly dir: string } {
  mkdirSync(dir, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', dir], { stdio: 'ignore' });
  return { dir, [Symbol.dispose]: () => void execFileSync('umount', [dir]) };
}

/** Whether this user may; says so loudly where not. */
export function canMountTmpfs(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'repro-test-mount-'));
  try {
    tmpfs(dir, 'size=1m')[Symbol.dispose]();
    return true;
  } catch {
    console.warn('NOT TESTED: full disks and read-only ones, for which a tmpfs must be mounted');
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
