/** What a verb that asks each cell by itself does when it is called. */
import { z } from 'zod';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { askCells } from '../verbs/driver.ts';
import type { QuestionOf, Verb, VerbOptions } from '../verbs/verb.ts';
import { conductRun, selectAsked, writeAnswer } from './answer.ts';
import type { AnswerArguments } from './options.ts';
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
  const selected = await selectAsked(asked, args);
  const { scenario } = selected;
  const cells = design.cells(scenario, selected.cells);
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
