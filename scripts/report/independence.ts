/** Which samples of one machine were not independent of each other, as all rates and intervals take them to be. */
import { grouped } from '../lib/grouped.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { holm } from '../verdict/holm.ts';
import { type RunsTest, runsTest } from '../verdict/runs.ts';
import { labelOf, varyingAxes } from './describe.ts';
import { pText } from './effect-words.ts';
import { oneLine, plural } from './text.ts';

export interface Dependence extends RunsTest {
  readonly cell: ReportCell;
  readonly case: string;
  /** Corrected for all that were tested (Holm). */
  readonly p: number;
}

const LEVEL = 0.05;
/** Sentences of one report. */
const MOST_WORDS = 10;

/**
 * Tested is, by case, the order of the judged outcomes on each machine of a cell. Not where sampling stopped by what it
 * saw: there the last outcome is no chance; nor where each sample had parameters of its own, chosen by the ones before.
 */
export function dependencesOf(report: Report): Dependence[] {
  const tested = report.cells.filter(isFixed).flatMap((cell) =>
    sequencesOf(cell).map((outcomes) => ({
      cell,
      case: outcomes[0]?.case ?? '',
      ...runsTest(outcomes.map(({ judged }) => judged === 'bad')),
    })),
  );
  // Where all are alike there is one order, and nothing to test.
  const mixed = tested.filter(({ bad, total }) => bad > 0 && bad < total);
  const corrected = holm(mixed.map(({ p }) => p));
  return mixed.map((one, at) => ({ ...one, p: corrected[at] ?? 1 })).filter(({ p }) => p <= LEVEL);
}

/** A sentence each, for a reader who takes rates at their word. */
export function dependenceWords(report: Report): string[] {
  const found = dependencesOf(report);
  const varying = varyingAxes(report.cells);
  const words = found.slice(0, MOST_WORDS).map(({ cell, case: name, runs, total, p, side }) => {
    const how =
      side === 'few'
        ? 'like followed like, and its rate is less certain than shown'
        : 'each depended on the one before, and its interval is not to be relied on';
    return (
      `${labelOf(cell, varying)}: samples of ${oneLine(name)} on one machine were not independent ` +
      `(${plural(runs, 'run')} of equal outcomes in ${total}, ${pText(p)}): ${how}. ` +
      'With `fresh: sample` each has a machine of its own.'
    );
  });
  const more = found.length - words.length;
  return more > 0
    ? [...words, `${plural(more, 'more cell')} with samples that were not independent.`]
    : words;
}

/** What a reader should know about the run as a whole: what it noted itself, and what its samples show. */
export const notesOf = (report: Report): string[] => [...report.notes, ...dependenceWords(report)];

const isFixed = ({ verdict }: ReportCell): boolean =>
  verdict.kind === 'skip'
    ? verdict.inconclusive?.method !== 'confidence-sequence'
    : verdict.method !== 'confidence-sequence';

function sequencesOf({ samples }: ReportCell): ReportSample[][] {
  const counted = samples.filter(({ judged, params }) => judged !== 'unjudged' && params === undefined);
  // Reports that don't say which machine of the cell it was had one.
  return [...grouped(counted, (sample) => JSON.stringify([sample.machine ?? 1, sample.case])).values()];
}
