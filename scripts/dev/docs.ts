/** Writes the tables of `docs/scenarios.md`; with `--check`, only tells whether they are up to date (exit code 1 when not). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/paths.ts';
import { withTables } from './tables.ts';

const file = join(packageRoot(), 'docs', 'scenarios.md');
const page = readFileSync(file, 'utf8');
const text = withTables(page);

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (page !== text) {
  console.error('the tables of docs/scenarios.md are out of date: run `npm run schema`');
  process.exitCode = 1;
}
