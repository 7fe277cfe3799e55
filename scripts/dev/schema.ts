/** Writes `scenarios/schema.json`; with `--check`, only tells whether it is up to date (exit code 1 when not). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/paths.ts';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

const file = join(packageRoot(), 'scenarios', 'schema.json');
const text = `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readOrEmpty() !== text) {
  console.error('scenarios/schema.json is out of date: run `npx tsx scripts/dev/schema.ts`');
  process.exitCode = 1;
}

function readOrEmpty(): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
