/** Files that inputs are made from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/lib/paths.ts';

/** The texts of a folder's files whose names match, below the package's. */
export function corpus(folder: string, name: RegExp): string[] {
  const dir = join(packageRoot(), folder);
  return readdirSync(dir)
    .filter((file) => name.test(file))
    .sort()
    .map((file) => readFileSync(join(dir, file), 'utf8'));
}
