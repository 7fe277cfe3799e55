import { cellsOf } from '../floor/cells.ts';
import { findFloors } from '../floor/driver.ts';
import { parseOptions, type RawOptions } from '../floor/options.ts';
import { renderMarkdown, renderText } from '../floor/render.ts';
import { renderSection } from '../floor/section.ts';
import { EXIT } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseSet } from '../scenario/set.ts';
import { type AnswerArguments, openRun, writeAnswer } from './answer.ts';

export interface FloorArguments extends RawOptions, AnswerArguments {}

export async function floor(args: FloorArguments): Promise<void> {
  const options = parseOptions(args);
  bootTimeout();
  const scenario = loadScenario(args.scenario, { set: parseSet(args.set), repo: args.repo });
  const chosen = filterCells(scenario.cells, args.filter, scenario.impossible);
  const cells = cellsOf(scenario.suite.id, chosen, options.budget);
  const { signal, progress, request } = await openRun('floor', args, { scenario, cells });
  const { floors, report } = await findFloors({ ...request, scenario, cells, options }, signal).finally(() =>
    progress.close(),
  );
  await writeAnswer('floor', request.dir, args, {
    ...{ answer: floors, report },
    ...{ section: renderSection, markdown: renderMarkdown, text: renderText },
  });
  const found = floors.floors.every(({ certified }) => certified !== undefined);
  process.exitCode = found ? EXIT.ok : EXIT.skip;
}
