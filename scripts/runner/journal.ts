/**
 * Finished samples, one JSON object a line, written as they end: what a crash can't take away, and what
 * `--resume` doesn't run again.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '../evidence/types.ts';

interface Entry {
  readonly cell: string;
  readonly sample: Sample;
}

const FILE = 'journal.ndjson';

export async function appendSample(runDir: string, cell: string, sample: Sample): Promise<void> {
  await appendFile(join(runDir, FILE), `${JSON.stringify({ cell, sample } satisfies Entry)}\n`);
}

/**
 * Samples by cell id, in the order they ended. A torn last line is left out, and ended, so that the next
 * sample begins a line of its own. A sample that stands there twice counts once: its first result.
 */
export async function readJournal(runDir: string): Promise<Map<string, Sample[]>> {
  const file = join(runDir, FILE);
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '' && !text.endsWith('\n')) await appendFile(file, '\n');
  const cells = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const entry = parse(line);
    if (entry === undefined) continue;
    const samples = cells.get(entry.cell) ?? [];
    if (samples.some(({ id }) => id === entry.sample.id)) continue;
    cells.set(entry.cell, [...samples, entry.sample]);
  }
  return cells;
}

function parse(line: string): Entry | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
