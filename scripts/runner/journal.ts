/**
 * Finished samples, one JSON object a line, written as they end: what a crash can't take away, and what
 * `--resume` doesn't run again.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../lib/files.ts';
import { appendLine, readLines } from '../lib/lines.ts';
import type { Facts } from '../model/fields.ts';
import type { Sample } from '../model/sample.ts';
import { sampleSchema } from '../model/sample.ts';
import { sampleOfVersion1 } from '../model/version1.ts';
import { cellDir } from './folder.ts';

const entrySchema = z.object({
  cell: z.string(),
  sample: z.preprocess(sampleOfVersion1, sampleSchema),
  /** What was learned of a sample after it ended: in place of the line that it has. */
  corrects: z.literal(true).optional(),
});
type Entry = Facts<typeof entrySchema>;

const FILE = 'journal.ndjson';
/** Samples that a later question set aside. */
const OLD = 'journal.old.ndjson';

export async function appendSample(runDir: string, cell: string, sample: Sample): Promise<void> {
  await appendLine(join(runDir, FILE), { cell, sample } satisfies Entry);
}

/** Writes again what stands there, with what was learned of it later. */
export async function correctSample(runDir: string, cell: string, sample: Sample): Promise<void> {
  await appendLine(join(runDir, FILE), { cell, sample, corrects: true } satisfies Entry);
}

/**
 * Samples by cell id, in the order they ended; for the process that holds the folder. A truncated last line is taken out.
 * A sample that stands there twice counts once, the first time, and a line that no run wrote doesn't count: `notice`
 * is told of either, a sentence each. A line that corrects a sample counts in place of the one before.
 */
export async function readJournal(
  runDir: string,
  notice: (text: string) => void = () => undefined,
): Promise<Map<string, Sample[]>> {
  const { values, damaged } = await entriesOf(runDir);
  const cells = new Map<string, Map<string, Sample>>();
  const repeats: string[] = [];
  for (const { cell, sample, corrects } of values) {
    const samples = cells.get(cell) ?? new Map<string, Sample>();
    if (corrects === true) {
      if (samples.has(sample.id)) samples.set(sample.id, sample);
    } else if (samples.has(sample.id)) repeats.push(`${sample.id} of ${cell}`);
    else cells.set(cell, samples.set(sample.id, sample));
  }
  if (repeats.length > 0) {
    const which = `${repeats.length === 1 ? '' : `${repeats.length}, the first `}${repeats[0]}`;
    notice(`${FILE} has samples twice (${which}): of each, the first counts, and the others are left out`);
  }
  for (const { line, why } of damaged)
    notice(`line ${line} of ${FILE} is damaged (${why}): its sample is left out, and taken again`);
  return new Map([...cells].map(([cell, samples]) => [cell, [...samples.values()]]));
}

/** Sets the samples of these cells aside, with their evidence, so that the cells begin anew. */
export async function setAside(runDir: string, cells: ReadonlySet<string>): Promise<void> {
  if (cells.size === 0) return;
  const { values } = await entriesOf(runDir);
  for (const entry of values.filter(({ cell }) => cells.has(cell)))
    await appendLine(join(runDir, OLD), entry);
  const kept = values.filter(({ cell }) => !cells.has(cell));
  await writeWhole(join(runDir, FILE), kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  for (const id of cells) {
    const dir = join(runDir, cellDir({ id }));
    await rename(dir, `${dir}.old-${Date.now().toString(36)}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

function entriesOf(runDir: string) {
  return readLines<Entry>(join(runDir, FILE), entrySchema, { mend: true });
}
