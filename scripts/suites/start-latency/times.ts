/** Reads what the guest's script printed. Pure. */
import { largest, smallest } from '../../lib/numbers.ts';
import { runcErrors } from '../oci/result.ts';

export interface Starts {
  /** Milliseconds of each start. */
  readonly each: readonly number[];
  /** Milliseconds from the first call to the last end. */
  readonly total: number;
  /** What runc said of those that failed. */
  readonly errors: readonly string[];
}

export function parseStarts(stdout: string): Starts {
  const spans: { begin: number; end: number }[] = [];
  const errors: string[] = [];
  for (const line of stdout.split('\n')) {
    const [, begin, end] = /^time (\d+) (\d+)$/.exec(line) ?? [];
    if (begin !== undefined && end !== undefined) spans.push({ begin: Number(begin), end: Number(end) });
    const [, code, said = ''] = /^failed (\d+) ?(.*)$/.exec(line) ?? [];
    if (code === undefined) continue;
    const texts = runcErrors(said.trim());
    errors.push(...(texts.length > 0 ? texts : [`runc run ended with exit code ${code} and said nothing`]));
  }
  const first = smallest(spans.map(({ begin }) => begin));
  const last = largest(spans.map(({ end }) => end));
  return {
    each: spans.map(({ begin, end }) => (end - begin) / 1000),
    total: spans.length === 0 ? 0 : (last - first) / 1000,
    errors,
  };
}
