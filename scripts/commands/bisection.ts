/** A bisection from the command line, or from the folder of one that was interrupted. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_PROVIDER } from '../../vm/providers.ts';
import { recipeOf } from '../artifact/build/recipe.ts';
import { locationOf } from '../artifact/git/location.ts';
import { gitSpec } from '../artifact/sources/git.ts';
import { pathSpec } from '../artifact/sources/path.ts';
import type { Store } from '../artifact/store.ts';
import { requestOf } from '../bisect/ask.ts';
import { type Chosen, cellWith } from '../bisect/cell.ts';
import { DEFAULT_LIMITS } from '../bisect/decide.ts';
import { gitHistory, type History } from '../bisect/history.ts';
import { type Plan, planBisection } from '../bisect/plan.ts';
import { type BisectRequest, REQUEST_FILE, readRequest, writeRequest } from '../bisect/request.ts';
import { COMPONENTS } from '../components/index.ts';
import { ReproError, UsageError } from '../lib/errors.ts';
import { findRun } from '../report/json.ts';
import { kindOf } from '../runner/providers.ts';
import { QUESTION } from '../runner/run-folder.ts';
import { parseShare } from '../scenario/schema.ts';
import type { Cell } from '../scenario/types.ts';
import { ensureTools } from '../setup/install.ts';
import type { BisectArguments } from './bisect-command.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { type Choice, chooseProviders } from './providers.ts';
import { newRunDir, openStore, RUNS, runToResume } from './wiring.ts';

/** A bisection on disk, and what it is about. */
export interface Bisection {
  readonly dir: string;
  readonly request: BisectRequest;
  readonly plan: Plan;
  readonly history: History;
  /** Folder of a git repository with all of its commits. */
  readonly gitDir: string;
  readonly store: Store;
}

/** Stands for the build of a commit where a scenario is looked at before there is one. */
export function anyBuild({ build }: Pick<BisectRequest, 'build'>): string {
  return build === undefined ? gitSpec('HEAD') : pathSpec('./of-a-commit');
}

/** Throws UsageError for what can't be bisected, before anything is made. */
export async function begin(args: BisectArguments): Promise<Bisection> {
  const { scenario, component, filter, set, metric } = args;
  const missing = Object.entries({ '<scenario>': scenario, '--component': component })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (scenario === undefined || component === undefined) {
    throw new UsageError('usage', `a bisection needs ${missing.join(', ')}`, {
      hint: 'repro bisect containerd16-cgroupfs --component runc --repo ~/runc --good v1.1.14 --bad v1.1.15',
    });
  }
  const build =
    args.build === undefined ? undefined : { command: args.build, binary: args.binary ?? component };
  if (build === undefined && args.binary !== undefined) {
    throw new UsageError('usage', '--binary says what --build makes, and there is no --build');
  }
  const stop = enough(args, DEFAULT_ENOUGH);
  const { own, others } = repositoriesOf(component, args.repo);
  const choice = { scenario, component, filter, set, otherRepos: others };
  const named = cellWith({ ...choice, repo: own }, anyBuild({ build }));
  const chosen = { scenario: named.scenario, cell: await placedCell(named, args) };
  const { provider } = chosen.cell;
  const where = build === undefined ? sourcesOf(chosen, component) : own;
  if (where === undefined) {
    throw new UsageError('usage', '--build needs --repo, the folder or address of the sources');
  }
  const repo = locationOf(where).path ?? where;
  const store = openStore({ offline: args.offline, notice: say });
  const names = [args.good, args.bad, ...args.skip].filter((name) => name !== undefined);
  const { gitDir, history } = await historyOf(repo, names, store);
  const request = await requestOf(
    {
      ...choice,
      provider,
      scenarioSha256: chosen.scenario.sha256,
      repo,
      metric,
      build,
      good: args.good,
      bad: args.bad,
      skip: args.skip,
      path: args.path,
      findFix: args['find-fix'],
      firstParent: args['first-parent'],
      ...stop,
      gitLog: args['git-log'] === undefined ? undefined : await textOf(args['git-log']),
    },
    history,
  );
  const plan = await planBisection(request, history);
  await consent([{ scenario: chosen.scenario, cells: [chosen.cell] }], args);
  await ensureTools(say, { builds: build === undefined, providers: [kindOf(chosen.cell)] });
  const dir = resolve(await newRunDir(args.out, `bisect-${chosen.scenario.name}`));
  await writeRequest(dir, request);
  return { dir, request, plan, history, gitDir, store };
}

/** The cell with its provider. Throws ReproError `provider` where there is none that can run it. */
async function placedCell({ scenario, cell }: Chosen, choice: Choice): Promise<Cell> {
  const [placed = cell] = await chooseProviders({ scenario, cells: [cell] }, choice);
  if (placed.provider?.refused !== undefined) throw new ReproError('provider', placed.provider.refused);
  return placed;
}

/** Throws UsageError `changed` where its machines have other things of their own now, another kernel say. */
async function checkPlaced(
  chosen: Chosen,
  { dir, request }: Bisection,
  allowed: readonly string[],
): Promise<void> {
  const kind = request.provider?.kind ?? DEFAULT_PROVIDER;
  const choice = { provider: kind, recorded: true, 'allow-provider': allowed };
  const { provider } = await placedCell(chosen, choice);
  const [was, is] = [request.provider?.fixed, provider?.fixed].map((fixed) => JSON.stringify(fixed ?? {}));
  if (was === is) return;
  throw new UsageError(
    'changed',
    `the bisection in ${dir} was begun on other machines by ${kind}: ${was} -> ${is}`,
    {
      hint: 'put them back, or begin anew in another folder',
    },
  );
}

/** What may be changed on the way: when to stop, and what to do then. */
type Enough = Pick<BisectRequest, 'confidence' | 'maxSamples' | 'check'>;

const DEFAULT_ENOUGH: Enough = { confidence: 0.95, maxSamples: DEFAULT_LIMITS.samples, check: false };

function enough(args: BisectArguments, before: Enough): Enough {
  const confidence = args.confidence === undefined ? before.confidence : (parseShare(args.confidence) ?? 0);
  if (!(confidence >= 0.5 && confidence < 1)) {
    throw new UsageError('confidence', '--confidence must be from 50% to below 100%, such as 95% or 0.95');
  }
  const maxSamples = args['max-samples'] ?? before.maxSamples;
  if (!(Number.isInteger(maxSamples) && maxSamples >= 1)) {
    throw new UsageError('max-samples', '--max-samples must be a whole number, 1 or more');
  }
  return { confidence, maxSamples, check: args.check || before.check };
}

export async function resumed(run: string, args: BisectArguments): Promise<Bisection> {
  const { scenario, component, good, bad, build, binary, metric, skip, path, filter, set, out } = args;
  const words = [scenario, component, good, bad, build, binary, metric, out, args.provider, args['git-log']];
  const lists = [...skip, ...path, ...filter, ...set, ...args.repo];
  const given = words.some((word) => word !== undefined) || lists.length > 0;
  if (given || args['find-fix'] || args['first-parent']) {
    throw new UsageError(
      'usage',
      '--resume cannot be combined with other options; only --confidence, --max-samples and --check may be changed',
    );
  }
  // `tree` is a checkout that a killed bisection left; it is made anew.
  const bisection = await load(await runToResume(run, REQUEST_FILE, ['tree']), args);
  const chosen = cellWith(bisection.request, anyBuild(bisection.request));
  // Where it is known what was asked, that is compared, and a comment may change.
  const compared = existsSync(join(bisection.dir, QUESTION));
  if (!compared && chosen.scenario.sha256 !== bisection.request.scenarioSha256) {
    throw new UsageError('resume', `${chosen.scenario.file} has changed since the bisection began`, {
      hint: 'its samples would not be comparable: put the file back, or begin anew',
    });
  }
  await consent([{ scenario: chosen.scenario, cells: [chosen.cell] }], args);
  await checkPlaced(chosen, bisection, args['allow-provider']);
  const builds = bisection.request.build === undefined;
  await ensureTools(say, { builds, providers: [kindOf(chosen.cell)] });
  return { ...bisection, request: { ...bisection.request, ...enough(args, bisection.request) } };
}

/** The bisection of a folder, of the beginning of its name, or the latest. Throws UsageError. */
export async function load(run: string, { offline }: { readonly offline: boolean }): Promise<Bisection> {
  const dir = await findRun(run, RUNS, REQUEST_FILE);
  const request = await readRequest(dir);
  const store = openStore({ offline, notice: say });
  const { gitDir, history } = await historyOf(request.repo, [request.good.id, request.bad.id], store);
  return { dir: resolve(dir), request, plan: await planBisection(request, history), history, gitDir, store };
}

/** The component's own among `<where>` and `<component>=<where>`, and those of others. */
function repositoriesOf(component: string, repos: readonly string[]) {
  const ofAnother = (repo: string) =>
    COMPONENTS.some((one) => one !== component && repo.startsWith(`${one}=`));
  const own = repos.findLast((repo) => !ofAnother(repo));
  const prefix = `${component}=`;
  return {
    own: own?.startsWith(prefix) ? own.slice(prefix.length) : own,
    others: repos.filter(ofAnother),
  };
}

/** The repository of `git:` revisions: `--repo`, or what the scenario or the shipped recipe has. Throws UsageError. */
function sourcesOf({ scenario }: Chosen, component: string): string {
  return recipeOf(component, scenario.build[component]).repository;
}

/** A folder's history is read where it is; that of an address from the clone in the cache, which gets what it lacks. */
async function historyOf(
  repo: string,
  names: readonly string[],
  store: Store,
): Promise<Pick<Bisection, 'gitDir' | 'history'>> {
  const { signal } = context();
  const { path } = locationOf(repo);
  const clone = store.repository(repo);
  if (path === undefined) for (const name of names) await clone.revision(name, signal);
  const gitDir = path ?? clone.dir;
  return { gitDir, history: gitHistory(gitDir) };
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    throw new UsageError('git-log', `${file} can't be read: ${error.message}`);
  });
}
