/** Compares a text with a file in test/golden/; with UPDATE_GOLDEN=1 writes the file instead. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/report/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  let golden: string;
  try {
    golden = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`no golden file ${name}: look at the output, then make it with UPDATE_GOLDEN=1`);
  }
  expect(text, `differs from test/golden/report/${name} (UPDATE_GOLDEN=1 accepts it)`).toBe(golden);
}
