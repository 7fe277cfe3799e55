/** Warnings that only some cells of a run log: those took another path than the others. Pure. */
import { normalised } from '../evidence/warnings.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Warning } from '../model/warning.ts';
import { oneLine } from './text.ts';

/** Shown at most; all are in report.json, by cell. */
const SHOWN = 5;
/** Letters of a warning and of an error by which one is taken for the other, and how many an error must have for that. */
const ALIKE = { most: 60, least: 12 };

export interface PartialWarning {
  readonly source: Warning['source'];
  /** As one of the cells has it. */
  readonly line: string;
  readonly cells: readonly ReportCell[];
}

export interface PartialWarnings {
  readonly shown: readonly PartialWarning[];
  readonly more: number;
  /** Cells that were compared. */
  readonly total: number;
}

/**
 * What at least one cell logs and at least one doesn't, those of most cells first. Cells without a sample, or with
 * the result of another, say nothing. What a sample gives as its error stands with the sample.
 */
export function partialWarnings({ cells }: Pick<Report, 'cells'>): PartialWarnings {
  const compared = cells.filter(({ samples, warnings }) => samples.length > 0 && warnings !== undefined);
  const found = new Map<string, { source: Warning['source']; line: string; cells: ReportCell[] }>();
  for (const cell of compared) {
    const errors = errorsOf(cell);
    for (const { source, line } of cell.warnings ?? []) {
      const key = `${source} ${normalised(line)}`;
      if (source === 'runtime' && errors.some((error) => key.includes(error))) continue;
      const known = found.get(key);
      if (known === undefined) found.set(key, { source, line: oneLine(line), cells: [cell] });
      else known.cells.push(cell);
    }
  }
  const partial = [...found.values()].filter((one) => one.cells.length < compared.length);
  partial.sort((a, b) => b.cells.length - a.cells.length);
  return {
    shown: partial.slice(0, SHOWN),
    more: Math.max(0, partial.length - SHOWN),
    total: compared.length,
  };
}

/** How the errors of its samples begin; not of those that say next to nothing, which would stand in any warning. */
function errorsOf({ samples }: ReportCell): string[] {
  const all = samples.flatMap(({ errors }) => errors.map((error) => normalised(error).slice(0, ALIKE.most)));
  return [...new Set(all)].filter((error) => error.length >= ALIKE.least);
}

/** `kernel, in 2 of 3 cells: runc 1.3.6`: who said it, and where. */
export function whereText(
  { source, cells }: PartialWarning,
  total: number,
  label: (cell: ReportCell) => string,
): string {
  const named = cells.slice(0, 3).map(label).join(', ');
  const rest = cells.length > 3 ? ` and ${cells.length - 3} more` : '';
  return `${source}, in ${cells.length} of ${total} cells: ${named}${rest}`;
}

export const WARNINGS_TITLE = 'Warnings that only some cells log';
