/** Files of this project that its sources make. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/paths.ts';

/** Writes the file; with `--check`, only tells whether it is up to date (exit code 1 when not). */
export function generated(path: string, make: (before: string) => string): void {
  const file = join(packageRoot(), path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const text = make(before);
  if (process.argv.includes('--check')) tellWhether(before === text, path);
  else writeFileSync(file, text);
}

export function tellWhether(isUpToDate: boolean, path: string): void {
  if (isUpToDate) return;
  console.error(`${path} is out of date: run \`npm run schema\``);
  process.exitCode = 1;
}
