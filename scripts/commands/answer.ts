/** What the commands have in common that run one scenario's cells for one answer: `verify`, `bench`, `floor`. */
import { join } from 'node:path';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import { writeWhole } from '../lib/files.ts';
import type { Report } from '../model/report.ts';
import type { AnswerPage } from '../page/blocks.ts';
import { answerSection, renderHtmlPage } from '../page/html.ts';
import { renderMarkdown } from '../page/markdown.ts';
import { renderText } from '../page/text.ts';
import { renderHtml } from '../report/html.ts';
import { changedBuilds, otherBuilds } from '../runner/builds.ts';
import type { ExperimentRequest } from '../runner/experiment.ts';
import { openRunFolder } from '../runner/run-folder.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { ensureTools } from '../setup/install.ts';
import { axesOf, pairsOf, parseArm } from '../verify/arms.ts';
import type { Arms } from '../verify/types.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import type { AnswerArguments } from './options.ts';
import { printJson, say, shown, write } from './output.ts';
import { makeProgress } from './progress.ts';
import { type Choice, chooseProviders, openProviders } from './providers.ts';
import { type ArmQuestion, type Asked, keepRequest, refuseTaken } from './request.ts';
import { tidyBefore } from './tidy.ts';
import { commandLine, needsOf, newRunDir, openStore, type Selection, select, sessionId } from './wiring.ts';

/** The seed of a new question without one. */
export const timeSeed = (): number => Date.now() % 2 ** 31;

/** Throws UsageError, also for more than `most` samples. */
export function checkArms({ samples, seed }: ArmQuestion, most: number): void {
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= most))
    throw new UsageError('samples', `--samples must be a whole number from 1 to ${most}`);
  if (!Number.isInteger(seed) || seed < 0) throw new UsageError('seed', '--seed must be a whole number');
}

interface Chosen {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
}

/** The cells that were asked for, each with its provider: of a run that is resumed, the one it had. Throws UsageError. */
export async function selectAsked(
  { question, before }: Asked<Omit<Selection, 'axes' | 'samples'> & { readonly scenario: string }>,
  allowed: Pick<AnswerArguments, 'allow-provider'>,
  { compared, ...more }: Pick<Choice, 'compared'> & Pick<Selection, 'axes' | 'samples'> = {},
): Promise<Chosen> {
  const { scenario: name, filter, set, repo, provider } = question;
  const selected = select(name, { filter, set, repo, provider, ...more });
  const choice = { provider, compared, before: before?.dir, 'allow-provider': allowed['allow-provider'] };
  return { scenario: selected.scenario, cells: await chooseProviders(selected, choice) };
}

interface Paired {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly pairs: readonly Arms[];
  readonly unpaired: readonly string[];
}

/** The pairs of cells of which one has the baseline and the other the candidate. Throws UsageError. */
export async function pairedCells(
  asked: Asked<ArmQuestion>,
  allowed: Pick<AnswerArguments, 'allow-provider'>,
): Promise<Paired> {
  const { question } = asked;
  const baseline = parseArm('baseline', question.baseline);
  const candidate = parseArm('candidate', question.candidate);
  const how = { axes: axesOf(baseline, candidate), compared: true };
  const { scenario, cells } = await selectAsked(asked, allowed, how);
  const { pairs, unpaired } = pairsOf(cells, baseline, candidate);
  if (pairs.length === 0) {
    throw new UsageError(
      'arm',
      'no point of the scenario can be run with both the baseline and the candidate',
    );
  }
  return { scenario, cells, pairs, unpaired };
}

/**
 * All that a driver needs beside its question, and the run's folder, to be given back: what is asked is on disk then.
 * `notice` is told what is worth a line.
 */
export async function openRun(
  asked: Asked<Readonly<Record<string, unknown>>>,
  args: Pick<AnswerArguments, 'out' | 'offline' | 'allow-network'>,
  { scenario, cells }: Chosen,
  notice: (text: string) => void,
) {
  refuseTaken(args.out, asked.verb);
  await consent([{ scenario, cells }], args);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const dir = asked.before?.dir ?? (await newRunDir(args.out, `${asked.verb}-${scenario.name}`));
  const fresh = asked.before === undefined;
  const command = commandLine();
  const keep = () => keepRequest(asked, { dir, command, notice });
  const begin = fresh ? keep : undefined;
  const folder = await openRunFolder(dir, { scenario, cells }, { fresh, begin });
  try {
    const store = openStore({ offline: args.offline, notice });
    const changes = fresh ? [] : await changedBuilds(dir, { scenario, cells }, store, context().signal);
    if (changes.length > 0) throw otherBuilds(dir, changes);
    // From here on it goes on; what was refused did not.
    const begun = fresh ? undefined : await keep();
    const providers = await openProviders(notice);
    await tidyBefore(providers.all, notice);
    return { dir, folder, session: sessionId(), command, providers, store, begun };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** Says how to go on where `work` was interrupted. */
export async function resumable<T>(verb: string, dir: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof InterruptedError) {
      say(`interrupted; finished samples are kept. Resume with: repro ${verb} --resume ${shown(dir)}`);
    }
    throw error;
  }
}

/** Opens a run and has `work` do it, with its progress shown. */
export async function conductRun<T>(
  asked: Asked<Readonly<Record<string, unknown>>>,
  args: AnswerArguments,
  chosen: Chosen,
  work: (request: Omit<ExperimentRequest, 'scenario'>, signal: AbortSignal) => Promise<T>,
): Promise<T & { readonly dir: string }> {
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  try {
    const notice = (text: string) => listener({ type: 'notice', text });
    const { folder, ...run } = await openRun(asked, args, chosen, notice);
    await using held = folder;
    const running = held.during(context().signal, (signal) => work({ ...run, listener }, signal));
    return { ...(await resumable(asked.verb, run.dir, running)), dir: run.dir };
  } finally {
    await progress.close();
  }
}

interface Answered {
  /** What `--json` prints. */
  readonly answer: unknown;
  readonly page: AnswerPage;
  readonly report: Report;
}

/** Columns of a terminal that an answer takes at most. */
const MOST_COLUMNS = 110;

/** Writes `<verb>.html`, `<verb>.md` and the page of the run, which begins with the answer; and prints it, or its JSON. */
export async function writeAnswer(
  dir: string,
  { json }: Pick<AnswerArguments, 'json'>,
  { answer, page, report }: Answered,
): Promise<void> {
  const { verb } = page;
  await writeWhole(join(dir, 'report.html'), renderHtml(report, answerSection(page)));
  await writeWhole(join(dir, `${verb}.html`), renderHtmlPage(page));
  await writeWhole(join(dir, `${verb}.md`), renderMarkdown(page));
  const where = shown(dir);
  const width = Math.min(MOST_COLUMNS, process.stdout.columns ?? 80);
  if (json) printJson(answer);
  else {
    const files = [`summary   ${where}/${verb}.md`, `as a page ${where}/${verb}.html`, `evidence  ${where}`];
    write(`${renderText(page, width)}${files.join('\n')}\n`);
  }
}
