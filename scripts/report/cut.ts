/** Of a report of many cells, those that a reader looks at: a matrix may have thousands. */
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { tally, wordOf } from './findings.ts';

export interface Cut {
  /** The report with the cells that are shown, in its order. What is said of the whole is said of the whole. */
  readonly report: Report;
  /** What is not shown, in a sentence; undefined when all is. */
  readonly rest: string | undefined;
}

/** Expectations that were missed first, then what is bad, what was not judged, and what is good. */
export function cutTo(report: Report, most: number): Cut {
  const { cells } = report;
  if (cells.length <= most) return { report, rest: undefined };
  const order = cells.map((cell, at) => ({ at, weight: weightOf(cell) }));
  order.sort((a, b) => a.weight - b.weight || a.at - b.at);
  const kept = new Set(order.slice(0, most).map(({ at }) => at));
  const hidden = tally({ ...report, cells: cells.filter((_, at) => !kept.has(at)) });
  const counts = [
    hidden.bad > 0 && `${hidden.bad} bad`,
    hidden.good > 0 && `${hidden.good} good`,
    hidden.inconclusive > 0 && `${hidden.inconclusive} inconclusive`,
    hidden.skip > 0 && `${hidden.skip} not judged`,
  ].filter((part) => part !== false);
  return {
    report: { ...report, cells: cells.filter((_, at) => kept.has(at)) },
    rest:
      `Only ${most} of ${cells.length} cells are shown, first those that need attention; ` +
      `of the others ${counts.join(', ')}. report.json has all of them.`,
  };
}

function weightOf(cell: ReportCell): number {
  const word = { bad: 1, skip: 2, inconclusive: 2, good: 3 }[wordOf(cell)];
  return cell.expected?.met === false ? word - 3 : word;
}
