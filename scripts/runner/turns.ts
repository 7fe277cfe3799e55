/**
 * Cells that run side by side take their samples in turns, in an order that was drawn beforehand: what the host does
 * meanwhile then falls on all of them alike.
 */
import { type Draw, shuffled } from '../lib/random.ts';

/** One sample of one cell. */
export interface Turn {
  readonly cell: string;
  /** Sample id, `start#1`. */
  readonly sample: string;
  readonly caseId: string;
  /** Counts from 1. */
  readonly index: number;
}

/**
 * Round by round, every case once in all cells, one right after the other; which cell is first is drawn for each anew,
 * so that none gains by a host that slows down or a machine that warms up.
 */
export function drawTurns(
  cells: readonly string[],
  cases: readonly string[],
  rounds: number,
  draw: Draw,
): Turn[] {
  const indices = Array.from({ length: rounds }, (_, round) => round + 1);
  return indices.flatMap((index) =>
    cases.flatMap((caseId) =>
      shuffled(cells, draw).map((cell) => ({ cell, sample: `${caseId}#${index}`, caseId, index })),
    ),
  );
}
