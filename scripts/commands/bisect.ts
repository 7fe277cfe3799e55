import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { gitSpec } from '../artifact/sources/git.ts';
import { believe } from '../bisect/belief.ts';
import { cellWith } from '../bisect/cell.ts';
import { checkCause } from '../bisect/check.ts';
import { checkoutBuilder } from '../bisect/checkout.ts';
import { commitsOf } from '../bisect/commits.ts';
import { DEFAULT_LIMITS, decide } from '../bisect/decide.ts';
import { type SearchRequest, type Services, bisect as search, stateNow } from '../bisect/driver.ts';
import { openJournal } from '../bisect/journal.ts';
import { logOf } from '../bisect/log.ts';
import { endpointsOf } from '../bisect/plan.ts';
import { renderMarkdown, renderPage, renderReport } from '../bisect/render.ts';
import { type BisectReport, makeReport } from '../bisect/report.ts';
import { runnerTester } from '../bisect/tester.ts';
import { EXIT, InterruptedError } from '../lib/errors.ts';
import { writeWhole } from '../lib/files.ts';
import { recallJson, writeJson } from '../lib/json.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { openRunFolder } from '../runner/run-folder.ts';
import type { Scenario } from '../scenario/types.ts';
import type { BisectArguments, BisectLogArguments } from './bisect-command.ts';
import { makeBisectProgress } from './bisect-progress.ts';
import { anyBuild, type Bisection, begin, load, resumed } from './bisection.ts';
import { context } from './context.ts';
import { printJson, say, shown, write } from './output.ts';
import { openProviders } from './providers.ts';
import { tidyBefore } from './tidy.ts';
import { commandLine, sessionId } from './wiring.ts';

const JOURNAL = 'journal.ndjson';
const REPORT = 'bisect.json';
/** Samples of each of the two causal checks at most. */
const CHECK_SAMPLES = 48;
/** Seconds, as long as none was measured: a warm build, a restored machine, a case. */
const EXPECTED = { build: 30, start: 10, sample: 3 };

export async function bisect(args: BisectArguments): Promise<void> {
  bootTimeout();
  const bisection = args.resume === undefined ? await begin(args) : await resumed(args.resume, args);
  const report = await conduct(bisection, args);
  const where = shown(bisection.dir);
  const width = Math.min(120, process.stdout.columns ?? 100);
  if (args.json) printJson(report);
  else {
    const files = [`summary   ${where}/bisect.md`, `plot      ${where}/report.html`, `evidence  ${where}`];
    write(`${renderReport(report, width)}${files.join('\n')}\n`);
  }
  if (report.outcome === 'interrupted') {
    say(`interrupted; what was found is kept. Resume with: repro bisect --resume ${where}`);
    throw new InterruptedError();
  }
  const refuted = report.checks.some(({ came, expected }) => came === (expected === 'old' ? 'new' : 'old'));
  process.exitCode = report.outcome === 'found' && !refuted ? EXIT.ok : EXIT.skip;
}

/** Prints a bisection as git's log of one. */
export async function bisectLog(args: BisectLogArguments): Promise<void> {
  const bisection = await load(args.bisection, { offline: true });
  write(await gitLog(bisection));
}

function searchRequest({ request, plan }: Pick<Bisection, 'request' | 'plan'>, cases: number): SearchRequest {
  const { findFix, confidence, maxSamples, metric, skip } = request;
  const { range, oldest, mergeBases } = plan;
  return {
    range,
    oldest,
    mergeBases,
    findFix,
    confidence,
    byMetric: metric !== undefined,
    skipped: skip,
    limits: { ...DEFAULT_LIMITS, samples: maxSamples },
    expected: { ...EXPECTED, sample: EXPECTED.sample * cases },
    ahead: true,
  };
}

async function conduct(bisection: Bisection, args: BisectArguments): Promise<BisectReport> {
  const { dir, request } = bisection;
  const { scenario, cell } = cellWith(request, anyBuild(request));
  // How many samples there are is for the bisection to say.
  await using folder = await openRunFolder(dir, { scenario, cells: [{ ...cell, samples: 1 }] });
  return await folder.during(context().signal, (signal) => conductIn(bisection, { args, scenario, signal }));
}

interface Conduct {
  readonly args: BisectArguments;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
}

async function conductIn(bisection: Bisection, { args, scenario, signal }: Conduct): Promise<BisectReport> {
  const { dir, request, plan, history, gitDir, store } = bisection;
  const { signal: interrupted } = context();
  const began = performance.now();
  const before = await secondsBefore(dir);
  const known = { ...plan, confidence: request.confidence };
  const progress = await makeBisectProgress(known, args.quiet || args.json ? 'none' : 'auto');
  const { notice } = progress;
  const providers = await openProviders(notice);
  await tidyBefore(providers.all, notice);
  const specOf =
    request.build === undefined
      ? async (revision: string) => gitSpec(revision)
      : checkoutBuilder({ repo: gitDir, dir, ...request.build });
  const journal = await openJournal(join(dir, JOURNAL), { retry: true });
  const steps = await stepsIn(dir);
  const counted = new Set(journal.findings.map((one) => (one.type === 'samples' ? one.dir : undefined)));
  const tester = runnerTester({
    component: request.component,
    dir,
    metric: request.metric,
    providers,
    listener: progress.onRun,
    specOf,
    cellAt: (spec) => cellWith(request, spec),
    store,
    firstStep: steps.length + 1,
    begun: steps.filter((step) => !counted.has(step)),
    session: sessionId(),
    command: commandLine(),
  });
  const asked = searchRequest(bisection, scenario.suite.cases.length);
  const services: Services = {
    tester,
    journal,
    listener: progress.onBisect,
    now: () => performance.now() / 1000,
  };
  const unlessInterrupted = (error: unknown) => {
    if (!interrupted.aborted) throw error;
    return undefined;
  };
  try {
    const conclusion = await search(asked, services, signal).catch(unlessInterrupted);
    const state = stateNow(asked, tester.keepsMachine, services.journal.findings);
    const culprit = conclusion?.kind === 'found' ? conclusion.candidates : [];
    const checks =
      request.check && culprit[0] !== undefined && culprit.length === 1
        ? await checkCause(
            { ...asked, newest: plan.range.newest, culprit: culprit[0], most: CHECK_SAMPLES },
            state,
            services,
            signal,
          ).catch(unlessInterrupted)
        : [];
    const { old, recent } = endpointsOf(request);
    const report = await makeReport({
      scenario: scenario.name,
      scenarioSha256: scenario.sha256,
      component: request.component,
      lookedFor: request.findFix ? 'fix' : 'first-bad',
      old,
      new: recent,
      checks: checks ?? [],
      metric: request.metric,
      confidence: request.confidence,
      history,
      state,
      ...plan,
      findings: services.journal.findings,
      conclusion: checks === undefined ? undefined : conclusion,
      seconds: before + (performance.now() - began) / 1000,
    });
    await writeJson(join(dir, REPORT), report);
    await writeWhole(join(dir, 'report.html'), renderPage(report));
    await writeWhole(join(dir, 'bisect.md'), renderMarkdown(report));
    await writeWhole(join(dir, 'git-bisect.log'), await gitLog(bisection));
    return report;
  } finally {
    progress.close();
    await rm(join(dir, 'tree'), { recursive: true, force: true });
  }
}

/** Folders of the steps, relative to the bisection's, in their order. */
async function stepsIn(dir: string): Promise<string[]> {
  const names = await readdir(join(dir, 'steps')).catch(() => []);
  return names
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join('steps', name));
}

async function gitLog(bisection: Bisection): Promise<string> {
  const { dir, request, plan } = bisection;
  const { findings } = await openJournal(join(dir, JOURNAL), { readOnly: true });
  const asked = searchRequest(bisection, 1);
  const state = stateNow(asked, false, findings);
  const commits = commitsOf(plan.range, state, believe(plan.range, state.observations), plan.subjects);
  const action = decide(asked, state, asked.expected);
  const tested = [...new Set([...request.skip, ...findings.map(({ revision }) => revision)])];
  const culprit = action.kind === 'found' ? action.candidates[0] : undefined;
  return logOf(request, { subjects: plan.subjects, commits, order: tested, culprit });
}

/** Seconds of earlier sessions. */
async function secondsBefore(dir: string): Promise<number> {
  return (await recallJson(join(dir, REPORT), z.object({ seconds: z.number().nonnegative() })))?.seconds ?? 0;
}
