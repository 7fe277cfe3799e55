/**
 * Findings on disk, one JSON object a line, written as they come: what a crash can't take away, and all that
 * `--resume` needs to go on.
 */
import { z } from 'zod';
import { UsageError } from '../lib/errors.ts';
import { appendLine, readLines } from '../lib/lines.ts';
import type { Finding } from './events.ts';

const seconds = z.number().nonnegative();
const purpose = z.enum(['old', 'new', 'merge-base', 'search', 'check']);
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
    type: z.literal('step'),
    revision: z.string(),
    purpose,
    samples: z.number().int().positive(),
  }),
  z.object({
    type: z.literal('samples'),
    revision: z.string(),
    purpose,
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
  /** In order, those of earlier sessions first. */
  readonly findings: readonly Finding[];
  append(finding: Finding): Promise<void>;
}

export interface JournalOptions {
  /** Failures that may not come again are left out: they get another chance. */
  readonly retry?: boolean;
  /** Only look: what another process may be writing is left as it is. */
  readonly readOnly?: boolean;
}

/**
 * Opens a journal, or begins it. A last line that a crash tore is taken out. Throws UsageError for a line that no
 * bisection wrote: going on without it would be going on with other evidence.
 */
export async function openJournal(
  file: string,
  { retry = false, readOnly = false }: JournalOptions = {},
): Promise<Journal> {
  const { values, damaged } = await readLines<Finding>(file, findingSchema, { mend: !readOnly });
  const [first] = damaged;
  if (first !== undefined) {
    throw new UsageError(
      'journal',
      `${file}:${first.line} is damaged, so the bisection can't go on from it: ${first.why}`,
      { hint: 'take the line out to go on without what it said' },
    );
  }
  const findings = values.filter((finding) => !retry || finding.type !== 'skip' || !finding.transient);
  return {
    findings,
    async append(finding) {
      findings.push(finding);
      await appendLine(file, finding);
    },
  };
}
