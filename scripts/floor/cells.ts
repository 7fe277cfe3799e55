/** From the cells of a scenario to those that have a floor each: without their memory limit. Pure. */

import { both } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import { pointName } from '../scenario/matrix.ts';
import type { Cell } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';
import { asManyAsNeeded } from '../verbs/verb.ts';

/** The parameter, and axis, that is searched. */
export const LIMIT = 'memoryLimit';

function suitesWithLimit(): string[] {
  return Object.values(SUITES).flatMap(({ id, params }) => (LIMIT in params.shape ? [id] : []));
}

/**
 * Cells that differ in their memory limit alone are one. `samples` is the most that each case may take.
 * Throws UsageError where the suite has no memory limit.
 */
export function cellsOf(suite: string, cells: readonly Cell[], samples: number): Cell[] {
  if (cells.some(({ params }) => !Object.hasOwn(params, LIMIT))) {
    throw new UsageError('suite', `suite ${suite} has no parameter ${LIMIT}, so there is no floor to find`, {
      hint: `the suites ${both(suitesWithLimit())} have one`,
    });
  }
  const all = new Map<string, Cell>();
  for (const cell of cells) {
    const { [LIMIT]: _axis, ...axes } = cell.axes;
    const { [LIMIT]: _param, ...params } = cell.params;
    const id = `${cell.scenario}/${pointName(axes)}`;
    if (!all.has(id)) all.set(id, asManyAsNeeded({ ...cell, id, axes, params }, samples));
  }
  return [...all.values()];
}
