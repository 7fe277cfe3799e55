import { z } from 'zod';
import { cellsOf } from '../floor/cells.ts';
import { DEFAULT_OPTIONS } from '../floor/defaults.ts';
import { findFloors } from '../floor/driver.ts';
import { parseOptions } from '../floor/options.ts';
import { renderMarkdown, renderText } from '../floor/render.ts';
import { renderSection } from '../floor/section.ts';
import { EXIT } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseSet } from '../scenario/set.ts';
import { conductRun, writeAnswer } from './answer.ts';
import type { FloorArguments } from './floor-command.ts';
import { chooseProviders } from './providers.ts';
import { askedOf, selectionShape } from './request.ts';

const FORM = {
  schema: z.object({
    ...selectionShape,
    from: z.string(),
    to: z.string(),
    step: z.string(),
    rate: z.string(),
    confidence: z.string(),
    samples: z.number(),
  }),
  required: [],
  defaults: { ...DEFAULT_OPTIONS },
};

export async function floor(args: FloorArguments): Promise<void> {
  const asked = await askedOf('floor', { ...args }, FORM);
  const { question } = asked;
  const options = parseOptions(question);
  bootTimeout();
  const scenario = loadScenario(question.scenario, {
    set: parseSet(question.set),
    repo: question.repo,
    provider: question.provider,
  });
  const left = filterCells(scenario.cells, question.filter, scenario.impossible);
  const choice = {
    provider: question.provider,
    before: asked.before?.dir,
    'allow-provider': args['allow-provider'],
  };
  const chosen = await chooseProviders({ scenario, cells: left }, choice);
  const cells = cellsOf(scenario.suite.id, chosen, options.budget);
  const { floors, report, dir } = await conductRun(asked, args, { scenario, cells }, (run, signal) =>
    findFloors({ ...run, scenario, cells, options }, signal),
  );
  await writeAnswer('floor', dir, args, {
    answer: floors,
    report,
    section: renderSection,
    markdown: renderMarkdown,
    text: renderText,
  });
  const found = floors.floors.every(({ certified }) => certified !== undefined);
  process.exitCode = found ? EXIT.ok : EXIT.skip;
}
