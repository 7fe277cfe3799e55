/** Searches the floors of all cells, for another verb. */
import type { Report } from '../model/report.ts';
import type { ExperimentRequest } from '../runner/experiment.ts';
import type { Cell } from '../scenario/types.ts';
import { askCells } from '../verbs/driver.ts';
import { searchDesign } from './design.ts';
import type { SearchOptions } from './search.ts';
import type { Floors } from './types.ts';

export interface FloorRequest extends ExperimentRequest {
  /** Without their memory limit, as `cellsOf` makes them. */
  readonly cells: readonly Cell[];
  readonly options: SearchOptions;
}

export async function findFloors(
  { options, ...request }: FloorRequest,
  signal: AbortSignal,
): Promise<{ readonly floors: Floors; readonly report: Report }> {
  const { answer, report } = await askCells(
    { ...request, verb: 'floor', design: searchDesign(options) },
    signal,
  );
  return { floors: answer, report };
}
