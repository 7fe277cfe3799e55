/**
 * What a verb was asked, on disk before anything boots: `--resume` asks the same again. The samples that it found
 * are in the journal beside it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../lib/errors.ts';
import { readJson, writeJson } from '../lib/json.ts';
import { readReport } from '../report/json.ts';
import type { Begun } from '../runner/begun.ts';
import { readJournal } from '../runner/journal.ts';
import { runToResume } from './wiring.ts';

export const REQUEST = 'request.json';

/** What the questions of all verbs have. */
export const selectionShape = {
  scenario: z.string(),
  filter: z.array(z.string()),
  set: z.array(z.string()),
  repo: z.array(z.string()),
  provider: z.string().optional(),
};

/** Those of verbs that compare two builds. */
export const armShape = {
  ...selectionShape,
  baseline: z.string(),
  candidate: z.string(),
  samples: z.number(),
  seed: z.number(),
};
export type ArmQuestion = Readonly<z.infer<z.ZodObject<typeof armShape>>>;

const storedSchema = z.object({
  schema: z.literal('repro.request/1'),
  verb: z.string().regex(/^[a-z][a-z-]*$/),
  /** ISO 8601, as are the times of `resumed`. */
  startedAt: z.iso.datetime(),
  command: z.array(z.string()),
  resumed: z.array(z.object({ at: z.iso.datetime() })),
  question: z.record(z.string(), z.unknown()),
});
type Stored = Readonly<z.infer<typeof storedSchema>>;

/** A question, and the run that it was asked in before; undefined for a new one. */
export interface Asked<Question> {
  readonly verb: string;
  readonly question: Question;
  readonly before: { readonly dir: string; readonly stored: Stored } | undefined;
}

interface Form<Shape extends z.ZodRawShape> {
  readonly schema: z.ZodObject<Shape>;
  /** Must be there in a new question. */
  readonly required: readonly string[];
  /** For what was not given; keyed as the options are. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** The question of the command line, or of the run to resume. Throws UsageError. */
export async function askedOf<Shape extends z.ZodRawShape>(
  verb: string,
  args: Readonly<Record<string, unknown>> & { readonly resume?: string | undefined },
  { schema, required, defaults }: Form<Shape>,
): Promise<Asked<z.infer<z.ZodObject<Shape>>>> {
  if (args.resume === undefined) {
    const missing = ['scenario', ...required].filter((name) => args[name] === undefined);
    if (missing.length > 0) {
      const names = missing.map((name) => (name === 'scenario' ? '<scenario>' : `--${name}`));
      throw new UsageError('usage', `repro ${verb} needs ${names.join(', ')}`, {
        hint: `repro ${verb} --help shows examples; --resume resumes an interrupted one`,
      });
    }
    const given = Object.entries(args).filter(([, value]) => value !== undefined);
    const question = schema.safeParse({ ...defaults, ...Object.fromEntries(given) });
    if (question.success) return { verb, question: question.data, before: undefined };
    const [issue] = question.error.issues;
    throw new UsageError('usage', `--${issue?.path.join('.')}: ${issue?.message}`);
  }
  const extra = [...Object.keys(schema.shape), 'out'].filter((name) => isGiven(args[name]));
  if (extra.length > 0) {
    const names = extra.map((name) => (name === 'scenario' ? 'a scenario' : `--${name}`));
    throw new UsageError(
      'usage',
      `--resume cannot be combined with ${names.join(', ')}: the run keeps its settings`,
    );
  }
  const dir = await runToResume(args.resume, REQUEST);
  const stored = await readRequest(dir, verb);
  const question = schema.safeParse(stored.question);
  if (!question.success) throw damaged(dir, question.error);
  return { verb, question: question.data, before: { dir, stored } };
}

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;

async function readRequest(dir: string, verb: string): Promise<Stored> {
  const file = join(dir, REQUEST);
  if (!existsSync(file)) {
    throw new UsageError('resume', `${dir} has no ${REQUEST}: it is not a run of repro ${verb}`);
  }
  const stored = await readJson(file, storedSchema);
  if (stored.verb === verb) return stored;
  throw new UsageError('resume', `${dir} is a run of repro ${stored.verb}, not of repro ${verb}`, {
    hint: `repro ${stored.verb} --resume ${dir}`,
  });
}

function damaged(dir: string, cause: unknown): UsageError {
  return new UsageError('resume', `${join(dir, REQUEST)} is damaged, so the run can't be resumed`, {
    hint: 'ask again; what the run found is still in its folder',
    cause,
  });
}

/** Throws UsageError `out` where a run is already. */
export function refuseTaken(out: string | undefined, verb: string): void {
  if (out === undefined || !existsSync(join(out, REQUEST))) return;
  throw new UsageError('out', `${out} holds a run already`, {
    hint: `name another folder, or go on with that run: repro ${verb} --resume ${out}`,
  });
}

interface KeptRun {
  readonly dir: string;
  readonly command: readonly string[];
  readonly notice: (text: string) => void;
}

/** Writes what is asked into the run's folder; of a run that is resumed also when. Returns what it left. */
export async function keepRequest(
  { verb, question, before }: Asked<Readonly<Record<string, unknown>>>,
  { dir, command, notice }: KeptRun,
): Promise<Begun | undefined> {
  const at = new Date().toISOString();
  const stored: Stored =
    before === undefined
      ? {
          schema: 'repro.request/1',
          verb,
          startedAt: at,
          command: [...command],
          resumed: [],
          question,
        }
      : { ...before.stored, resumed: [...before.stored.resumed, { at }] };
  await writeJson(join(dir, REQUEST), stored);
  return before === undefined ? undefined : begunOf(dir, stored, notice);
}

async function begunOf(
  dir: string,
  { startedAt, command, resumed }: Stored,
  notice: (text: string) => void,
): Promise<Begun> {
  return { startedAt: new Date(startedAt), command, resumed, ...(await foundIn(dir, notice)) };
}

/** Samples and cells of a run's folder, or of one below it. */
export async function foundIn(
  dir: string,
  notice: (text: string) => void = () => undefined,
): Promise<Pick<Begun, 'done' | 'cells'>> {
  const cells = await readReport(dir).then(
    ({ report }) => report.cells,
    () => [],
  );
  return { done: await readJournal(dir, notice), cells };
}
