/**
 * Findings on disk, one JSON object a line, written as they come: what a crash can't take away, and all that
 * `--resume` needs to go on.
 */
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../lib/errors.ts';
import type { Finding } from './events.ts';

const seconds = z.number().nonnegative();
const findingSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('built'), revision: z.string(), digest: z.string(), seconds }),
  z.object({
    type: z.literal('skip'),
    revision: z.string(),
    reason: z.string(),
    transient: z.boolean(),
    seconds,
  }),
  z.object({
    type: z.literal('samples'),
    revision: z.string(),
    purpose: z.enum(['old', 'new', 'merge-base', 'search', 'check']),
    outcomes: z.array(
      z.object({
        judged: z.enum(['good', 'bad', 'unjudged']),
        value: z.number().optional(),
        because: z.string().optional(),
      }),
    ),
    seconds,
    startSeconds: seconds,
    dir: z.string(),
  }),
]);

export interface Journal {
  /** In order, those of earlier sittings first. */
  readonly findings: readonly Finding[];
  append(finding: Finding): Promise<void>;
}

/**
 * Opens a journal, or begins it. A last line that a crash tore is taken out. With `retry`, failures that may not
 * come again are left out: they get another chance. Throws UsageError for a line that no bisection wrote: going on
 * without it would be going on with other evidence.
 */
export async function openJournal(file: string, { retry = false } = {}): Promise<Journal> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  const findings = whole
    .split('\n')
    .flatMap((line, index) => (line === '' ? [] : [parse(line, `${file}:${index + 1}`)]))
    .filter((finding) => !retry || finding.type !== 'skip' || !finding.transient);
  return {
    findings,
    async append(finding) {
      findings.push(finding);
      await appendFile(file, `${JSON.stringify(finding)}\n`);
    },
  };
}

function parse(line: string, where: string): Finding {
  try {
    return findingSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new UsageError('journal', `${where} is damaged, so the bisection can't go on from it`, {
      hint: 'take the line out to go on without what it said',
      cause: error,
    });
  }
}
