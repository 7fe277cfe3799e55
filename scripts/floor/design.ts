/** Which limit is tried next in a cell, and which floors follow from what was tried. Pure. */
import { EXIT } from '../lib/errors.ts';
import type { CellDesign } from '../verbs/verb.ts';
import { cellsOf } from './cells.ts';
import { choose } from './choose.ts';
import { floorsOf } from './floors.ts';
import { parseOptions, type RawOptions } from './options.ts';
import type { SearchOptions } from './search.ts';
import type { Floors } from './types.ts';

const NOTE = 'The cells below count the samples of all limits together: a search makes many of them fail.';

export const designOf = (question: RawOptions): CellDesign<Floors> => searchDesign(parseOptions(question));

export function searchDesign(options: SearchOptions): CellDesign<Floors> {
  return {
    notes: [NOTE],
    cells: (scenario, cells) => cellsOf(scenario.suite.id, cells, options.budget),
    next: (samples, cases) => choose(samples, cases, options),
    conclude: (cells, { name, title, suite }) => ({
      schema: 'repro.floor/2',
      scenario: name,
      title,
      ...options,
      floors: cells.flatMap((cell) => floorsOf(cell, suite.cases, options)),
    }),
  };
}

export function exitCodeOf({ floors }: Floors): number {
  return floors.every(({ certified }) => certified !== undefined) ? EXIT.ok : EXIT.skip;
}
