import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Store } from '../artifact/store.ts';
import { EXIT, InterruptedError, messageOf, UsageError } from '../lib/errors.ts';
import { writeWhole } from '../lib/files.ts';
import type { Report } from '../model/report.ts';
import { notesToKeep } from '../report/build.ts';
import { REPORT_FILE, readReport } from '../report/json.ts';
import { formats } from '../report/render.ts';
import { isResumeNote } from '../runner/begun.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { changedBuilds, otherBuilds } from '../runner/builds.ts';
import { readJournal, setAside } from '../runner/journal.ts';
import { runScenarios } from '../runner/run.ts';
import { openRunFolder, type RunFolder } from '../runner/run-folder.ts';
import type { ScenarioRequest } from '../runner/scenario-run.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { ensureTools } from '../setup/install.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { report } from './failure.ts';
import { say, shown, write } from './output.ts';
import { makeProgress } from './progress.ts';
import { chooseProviders, openProviders } from './providers.ts';
import type { RunArguments } from './run-command.ts';
import {
  begunOf,
  checkPlace,
  goneOnWith,
  placeOf,
  type RunRequest,
  readRequest,
  writeRequest,
} from './run-request.ts';
import { tidyBefore } from './tidy.ts';
import { Watcher, watchedPaths } from './watch.ts';
import {
  checkJobs,
  commandLine,
  needsOf,
  newRunDir,
  openStore,
  RUN_FILE,
  runToResume,
  select,
  sessionId,
} from './wiring.ts';

interface Planned {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly request: RunRequest;
  readonly dir: string;
}

export async function run(args: RunArguments): Promise<void> {
  checkJobs(args.jobs);
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
    // The next change may fix what is wrong with the file now.
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
  const folders: RunFolder[] = [];
  try {
    const fresh = args.resume.length === 0;
    for (const one of planned) {
      const begin = fresh ? () => writeRequest(one.dir, one.request) : undefined;
      folders.push(await openRunFolder(one.dir, one, { fresh, asChanged: args['as-changed'], begin }));
    }
    const work = (signal: AbortSignal) => runAll(planned, folders, args, signal);
    const inAll = folders.reduceRight(
      (inner, folder) => (signal: AbortSignal) => folder.during(signal, inner),
      work,
    );
    const codes = (await inAll(context().signal)).map(({ exitCode }) => exitCode);
    return codeOf(codes);
  } finally {
    for (const folder of folders) await folder[Symbol.asyncDispose]();
  }
}

function codeOf(codes: readonly number[]): number {
  return [EXIT.interrupted, EXIT.bad, EXIT.skip].find((code) => codes.includes(code)) ?? EXIT.ok;
}

async function planNew(args: RunArguments): Promise<Planned[]> {
  if (args['as-changed'])
    throw new UsageError('usage', '--as-changed says how to go on with a run: it goes with --resume');
  if (args.scenario.length === 0) {
    throw new UsageError('usage', 'name a scenario to run', { hint: 'repro list shows them' });
  }
  const chosen = await Promise.all(
    args.scenario.map(async (name) => {
      const selected = select(name, args);
      return { name, scenario: selected.scenario, cells: await chooseProviders(selected, args) };
    }),
  );
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
    const { filter, set, repo, provider, samples } = args;
    const request: RunRequest = {
      scenario: name,
      file: resolve(scenario.file),
      cwd: process.cwd(),
      filter,
      set,
      repo,
      provider,
      samples,
      startedAt: new Date().toISOString(),
      command: commandLine(),
      resumed: [],
    };
    planned.push({ scenario, cells, dir, request });
  }
  return planned;
}

async function planResumed(args: RunArguments): Promise<Planned[]> {
  if (args.scenario.length > 0) {
    throw new UsageError('usage', '--resume cannot be combined with a scenario: the run keeps its own');
  }
  const { filter, set, repo, provider, samples, out } = args;
  const lists = [...filter, ...set, ...repo];
  if (lists.length > 0 || [provider, samples, out].some((one) => one !== undefined)) {
    const options = '--filter, --set, --repo, --provider, --samples and --out';
    throw new UsageError('usage', `--resume cannot be combined with ${options}: the run keeps its settings`);
  }
  const dirs = await Promise.all(args.resume.map((run) => runToResume(run, RUN_FILE)));
  const planned = await Promise.all([...new Set(dirs)].map((dir) => planOf(dir, args['allow-provider'])));
  await consent(planned, args);
  await ensureTools(say, needsOf(planned));
  return planned;
}

/** What the run in this folder asked. */
export async function planOf(dir: string, allowed: readonly string[] = []): Promise<Planned> {
  const request = await readRequest(dir);
  const { scenario, cells } = select(placeOf(request), request);
  checkPlace(request, cells, dir);
  const choice = { provider: request.provider, before: dir, 'allow-provider': allowed };
  return {
    scenario,
    cells: await chooseProviders({ scenario, cells }, choice),
    request,
    dir,
  };
}

/** All cells in one pool; a folder and a report for each scenario. */
async function runAll(
  planned: readonly Planned[],
  folders: readonly RunFolder[],
  args: RunArguments,
  signal: AbortSignal,
): Promise<Report[]> {
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  const notice = (text: string) => listener({ type: 'notice', text });
  const providers = await openProviders(notice);
  await tidyBefore(providers.all, notice);
  const store = openStore({ offline: args.offline, notice });
  const requests = await Promise.all(
    planned.map((one, at) => requestOf(one, { folder: folders[at], args, store, notice }, signal)),
  );
  let reports: Report[];
  try {
    const { jobs, keep } = args;
    reports = await runScenarios(
      requests,
      { jobs, keep, providers, store, listener, session: sessionId() },
      signal,
    );
  } finally {
    await progress.close();
  }
  for (const [at, result] of reports.entries()) await present(result, planned[at]?.dir ?? '.', args);
  if (context().signal.aborted) {
    const left = reports.flatMap(({ interrupted }, at) =>
      interrupted ? [shown(planned[at]?.dir ?? '.')] : [],
    );
    const again = left.map((dir) => `--resume ${dir}`).join(' ');
    if (left.length > 0) say(`interrupted; finished samples are kept. Resume with: repro run ${again}`);
    throw new InterruptedError();
  }
  return reports;
}

const AS_CHANGED = 'go on with --as-changed: cells that changed begin anew';

interface Setting {
  readonly folder: RunFolder | undefined;
  readonly args: RunArguments;
  readonly store: Store;
  readonly notice: (text: string) => void;
}

async function requestOf(
  { scenario, cells, dir, request }: Planned,
  { folder, args, store, notice }: Setting,
  signal: AbortSignal,
): Promise<ScenarioRequest> {
  const resumed = args.resume.length > 0;
  const before = resumed ? await reported(dir, notice) : undefined;
  const notes = before === undefined ? [] : notesToKeep(before).filter((one) => !isResumeNote(one));
  const note = (text: string) => {
    notice(`${shown(dir)}: ${text}`);
    if (!notes.includes(text)) notes.push(text);
  };
  const anew = new Set(folder?.difference?.changed);
  if (resumed) {
    const changes = await changedBuilds(dir, { scenario, cells }, store, signal);
    if (changes.length > 0 && !args['as-changed']) throw otherBuilds(dir, changes, AS_CHANGED);
    for (const { cell } of changes) anew.add(cell);
    await setAside(dir, anew);
    for (const line of new Set([...(folder?.difference?.lines ?? []), ...changes.map((one) => one.line)]))
      note(`changed since the run began: ${line}`);
    if (anew.size > 0) note(`cells that began anew: ${[...anew].join(', ')}`);
  }
  const planned = new Map(cells.map(({ id, samples }) => [id, samples]));
  const done = [...(await readJournal(dir, note))].map(
    ([id, samples]) => [id, samples.filter(({ index }) => index <= (planned.get(id) ?? 0))] as const,
  );
  const again = new Set([...anew, ...(folder?.difference?.resized ?? [])]);
  const begun = resumed ? begunOf(request, before, new Map(done)) : undefined;
  // From now on it is one that was gone on with, whenever it is killed.
  if (begun !== undefined) await writeRequest(dir, goneOnWith(request, begun));
  return {
    scenario,
    cells,
    dir,
    begun,
    notes,
    command: commandLine(),
    done: new Map(done),
    earlier: (before?.cells ?? []).filter(({ id }) => !again.has(id)),
  };
}

/** Writes the report as a page, and prints it as asked for. */
async function present(result: Report, dir: string, args: RunArguments): Promise<void> {
  await writeWhole(join(dir, 'report.html'), formats.html(result));
  write(args.json ? formats.json(result) : formats.terminal(result, { dir: shown(dir) }));
  if (args.keep) say(`machines were kept: repro shell ${shown(dir)} <cell>; repro reap --all ends them`);
}

/** A run's report; undefined when it was interrupted before it could write one. */
async function reported(dir: string, notice: (text: string) => void): Promise<Report | undefined> {
  if (!existsSync(join(dir, REPORT_FILE))) return undefined;
  try {
    return (await readReport(dir)).report;
  } catch (error) {
    // The samples are in the journal; what is lost is which cells need no machine any more.
    notice(`${messageOf(error)}; it is made again`);
    return undefined;
  }
}
