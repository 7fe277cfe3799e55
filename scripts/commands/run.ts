import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { EXIT, InterruptedError, UsageError } from '../lib/errors.ts';
import { findRun, readReport } from '../report/json.ts';
import type { Report, ReportCell } from '../report/model.ts';
import { formats } from '../report/render.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { readJournal } from '../runner/journal.ts';
import { runScenarios } from '../runner/run.ts';
import type { ScenarioOrder } from '../runner/scenario-run.ts';
import { ensureTools } from '../setup/install.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { report } from './failure.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { Watcher, watchedPaths } from './watch.ts';
import { needsOf, newRunDir, openStore, RECIPE, RUNS, type Selection, select, sessionId } from './wiring.ts';

export interface RunArguments extends Selection {
  readonly scenario: string[];
  readonly filter: string[];
  readonly set: string[];
  readonly repo: string[];
  readonly samples?: number | 'auto' | undefined;
  readonly jobs?: number | undefined;
  readonly keep: boolean;
  readonly out?: string | undefined;
  readonly resume: string[];
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly watch: boolean;
  readonly 'allow-network': boolean;
}

/** What `--resume` needs to ask the same question again. */
const recipeSchema = z.object({
  scenario: z.string(),
  filter: z.array(z.string()),
  set: z.array(z.string()),
  repo: z.array(z.string()).optional(),
  samples: z.union([z.number(), z.literal('auto')]).optional(),
});
type Recipe = Readonly<z.infer<typeof recipeSchema>>;

interface Planned extends ReturnType<typeof select> {
  readonly recipe: Recipe;
  readonly dir: string;
}

export async function run(args: RunArguments): Promise<void> {
  if (args.jobs !== undefined && !(Number.isInteger(args.jobs) && args.jobs >= 1)) {
    throw new UsageError('jobs', '--jobs must be a whole number, 1 or more');
  }
  bootTimeout();
  if (args.watch) return watch(args);
  process.exitCode = await runOnce(args);
}

/** Runs again whenever a file that a cell takes a program from has changed, until it is interrupted. */
async function watch(args: RunArguments): Promise<void> {
  if (args.resume.length > 0 || args.out !== undefined) {
    throw new UsageError(
      'usage',
      '--watch makes a new run each time: it goes with neither --resume nor --out',
    );
  }
  const { signal } = context();
  const paths = watchedPaths(args.scenario.flatMap((name) => select(name, args).cells));
  await using watcher = await Watcher.start(paths);
  for (;;) {
    // What is wrong with the file now may be mended by the next change.
    process.exitCode = await runOnce(args).catch((error) => {
      if (signal.aborted) throw error;
      return report(error);
    });
    say(`waiting for ${paths.join(', ')} to change; Ctrl-C ends`);
    await watcher.next(signal);
  }
}

/** Returns the exit code. */
async function runOnce(args: RunArguments): Promise<number> {
  // Every mistake in any scenario is told before anything starts.
  const planned = args.resume.length === 0 ? await planNew(args) : await planResumed(args);
  const codes = (await runAll(planned, args)).map(({ exitCode }) => exitCode);
  return [EXIT.interrupted, EXIT.bad, EXIT.skip].find((code) => codes.includes(code)) ?? EXIT.ok;
}

async function planNew(args: RunArguments): Promise<Planned[]> {
  if (args.scenario.length === 0) {
    throw new UsageError('usage', 'name a scenario to run', { hint: 'repro list shows them' });
  }
  const chosen = args.scenario.map((name) => ({ name, ...select(name, args) }));
  const names = chosen.map(({ scenario }) => scenario.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new UsageError('usage', `two of the scenarios are called ${twice}: run one of them at a time`);
  }
  await consent(chosen, args);
  // Before there is a folder of a run that can't begin.
  await ensureTools(say, needsOf(chosen));
  const planned: Planned[] = [];
  for (const { name, scenario, cells } of chosen) {
    const out = args.out !== undefined && chosen.length > 1 ? join(args.out, scenario.name) : args.out;
    const dir = await newRunDir(out, scenario.name);
    const { filter, set, repo, samples } = args;
    planned.push({ scenario, cells, dir, recipe: { scenario: name, filter, set, repo, samples } });
  }
  return planned;
}

async function planResumed(args: RunArguments): Promise<Planned[]> {
  if (args.scenario.length > 0) {
    throw new UsageError('usage', '--resume goes on with the run as it was: name no scenario beside it');
  }
  const { filter, set, repo, samples, out } = args;
  if (filter.length > 0 || set.length > 0 || repo.length > 0 || samples !== undefined || out !== undefined) {
    const options = '--filter, --set, --repo, --samples and --out';
    throw new UsageError('usage', `--resume goes on with the run as it was: ${options} can't change it`);
  }
  const dirs = await Promise.all(args.resume.map((run) => findRun(run, RUNS, RECIPE)));
  const planned = await Promise.all([...new Set(dirs)].map(planOf));
  await consent(planned, args);
  await ensureTools(say, needsOf(planned));
  return planned;
}

/** What the run in this folder asked. */
async function planOf(dir: string): Promise<Planned> {
  const text = await readFile(join(dir, RECIPE), 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError('resume', `${dir} has no ${RECIPE}, so it can't be resumed`);
  const recipe = parseRecipe(text, join(dir, RECIPE));
  return { ...select(recipe.scenario, recipe), recipe, dir };
}

/** `file` is named in the message. Throws UsageError for what no run of ours wrote. */
function parseRecipe(text: string, file: string): Recipe {
  const parsed = recipeSchema.safeParse(json(text));
  if (parsed.success) return parsed.data;
  throw new UsageError('resume', `${file} is damaged, so the run can't be resumed`, {
    hint: 'run the scenario again; what the run found is still in its folder',
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All cells in one pool; a folder and a report for each scenario. */
async function runAll(planned: readonly Planned[], args: RunArguments): Promise<Report[]> {
  const { signal, makeProvider } = context();
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  const notice = (text: string) => listener({ type: 'notice', text });
  const provider = await makeProvider('qemu', notice);
  const reaped = await provider.reap({ all: false });
  if (reaped.length > 0) say(`ended ${reaped.length} machine(s) that an earlier run left behind`);
  const store = openStore({ offline: args.offline, notice });
  const orders = await Promise.all(planned.map((one) => orderOf(one, args)));
  let reports: Report[];
  try {
    const { jobs, keep } = args;
    reports = await runScenarios(
      orders,
      { jobs, keep, provider, store, listener, session: sessionId() },
      signal,
    );
  } finally {
    await progress.close();
  }
  for (const [at, result] of reports.entries()) await present(result, planned[at]?.dir ?? '.', args);
  if (signal.aborted) {
    const left = reports.flatMap(({ interrupted }, at) =>
      interrupted ? [shown(planned[at]?.dir ?? '.')] : [],
    );
    const again = left.map((dir) => `--resume ${dir}`).join(' ');
    if (left.length > 0) say(`interrupted; finished samples are kept. Go on with: repro run ${again}`);
    throw new InterruptedError();
  }
  return reports;
}

async function orderOf(
  { scenario, cells, dir, recipe }: Planned,
  args: RunArguments,
): Promise<ScenarioOrder> {
  await writeFile(join(dir, RECIPE), `${JSON.stringify(recipe, null, 2)}\n`);
  return {
    ...{ scenario, cells, dir, command: ['repro', ...process.argv.slice(2)], done: await readJournal(dir) },
    earlier: args.resume.length === 0 ? [] : await reportedCells(dir),
  };
}

/** Writes the report as a page, and prints it as asked for. */
async function present(result: Report, dir: string, args: RunArguments): Promise<void> {
  await writeFile(join(dir, 'report.html'), formats.html(result));
  process.stdout.write(args.json ? formats.json(result) : formats.terminal(result, { dir: shown(dir) }));
  if (args.keep) say(`machines were kept: repro shell ${shown(dir)} <cell>; repro reap --all ends them`);
}

/** A folder as the user would type it. */
const shown = (dir: string): string => relative(process.cwd(), dir) || '.';

/** The cells of a run's report; none when it was interrupted before it could write one. */
async function reportedCells(dir: string): Promise<readonly ReportCell[]> {
  return readReport(dir).then(
    ({ report }) => report.cells,
    () => [],
  );
}
