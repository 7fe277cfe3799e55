/** What a verb that asks each cell by itself does when it is called. */
import { z } from 'zod';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseSet } from '../scenario/set.ts';
import { askCells } from '../verbs/driver.ts';
import type { QuestionOf, Verb, VerbOptions } from '../verbs/verb.ts';
import { conductRun, writeAnswer } from './answer.ts';
import type { AnswerArguments } from './options.ts';
import { chooseProviders } from './providers.ts';
import { askedOf, selectionShape } from './request.ts';

export async function ask<Options extends VerbOptions, Answer>(
  verb: Verb<Options, Answer>,
  args: AnswerArguments,
): Promise<void> {
  const asked = await askedOf(verb.name, { ...args }, formOf(verb.options));
  const { question } = asked;
  const { designOf, pageOf, exitCodeOf } = await verb.load();
  // What was asked has the form of the options, which only the schema knows.
  const design = designOf(question as unknown as QuestionOf<Options>);
  bootTimeout();
  const scenario = loadScenario(question.scenario, {
    set: parseSet(question.set),
    repo: question.repo,
    provider: question.provider,
  });
  const left = filterCells(scenario.cells, question.filter, scenario.unsupported);
  const choice = {
    provider: question.provider,
    before: asked.before?.dir,
    'allow-provider': args['allow-provider'],
  };
  const cells = design.cells(scenario, await chooseProviders({ scenario, cells: left }, choice));
  const { answer, report, dir } = await conductRun(asked, args, { scenario, cells }, (run, signal) =>
    askCells({ ...run, verb: verb.name, design, scenario, cells }, signal),
  );
  await writeAnswer(dir, args, { answer, page: pageOf(answer, report), report });
  process.exitCode = exitCodeOf(answer);
}

function formOf(options: VerbOptions) {
  const own = Object.entries(options).map(([name, { type }]) => [
    name,
    type === 'number' ? z.number() : z.string(),
  ]);
  const defaults = Object.entries(options).map(([name, { default: usual }]) => [name, usual]);
  return {
    schema: z.object({ ...selectionShape, ...(Object.fromEntries(own) as Record<string, z.ZodType>) }),
    required: [],
    defaults: Object.fromEntries(defaults) as Readonly<Record<string, unknown>>,
  };
}
