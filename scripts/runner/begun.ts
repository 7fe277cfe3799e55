/** What an interrupted run left, for the one that goes on with it. Pure. */
import { InterruptedError } from '../lib/errors.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Sample } from '../model/sample.ts';

export interface Begun {
  readonly startedAt: Date;
  /** As the user typed it at first. */
  readonly command: readonly string[];
  /** When it was gone on with, this time included; at least one. */
  readonly resumed: readonly { readonly at: string }[];
  /** Finished samples by cell id, in the order they ended. */
  readonly done: ReadonlyMap<string, readonly Sample[]>;
  /** Of its last report; empty where it was ended before it wrote one. */
  readonly cells: readonly ReportCell[];
}

const RESUMED = 'It was interrupted, and went on at ';

/** Whether an earlier report's note is one of these: the next one says it anew. */
export const isResumeNote = (note: string): boolean => note.startsWith(RESUMED);

export function resumeNotes(begun: Begun | undefined): string[] {
  if (begun === undefined) return [];
  const times = begun.resumed.map(({ at }) => at).join(', ');
  return [`${RESUMED}${times}. Finished samples were kept; those after it ran on new machines.`];
}

const INTERRUPTED = new InterruptedError().message;

/** Whether it was interrupted after its last sample: what is said of it then is of that moment. */
const isInterrupted = ({ verdict }: Pick<ReportCell, 'verdict'>): boolean =>
  verdict.reason === INTERRUPTED || (verdict.reason?.startsWith(`${INTERRUPTED};`) ?? false);

/** The samples of a cell that are done, and its report if that counts the same ones: then nothing is left to run. */
export function begunCell(
  begun: Begun | undefined,
  id: string,
): { readonly done: readonly Sample[]; readonly reported: ReportCell | undefined } {
  const done = begun?.done.get(id) ?? [];
  const reported = begun?.cells.find((cell) => cell.id === id);
  const same = reported?.samples.length === done.length && done.length > 0;
  return { done, reported: same && !isInterrupted(reported) ? reported : undefined };
}
