/**
 * `npm run bench:build -- --repo <clone of runc>`: what a `git:` build costs beside plain `make`, both in the same
 * builder with the same Go, flags and warmth, commit by commit in turns. Prints the table of `docs/bisect.md`.
 *
 * `--from`, `--to`: the range, by default v1.1.14..v1.1.15. `--cache`: a folder for its own cache, which is kept;
 * without, one in the temporary folder, which isn't.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseGo, goDirective, unpackGo } from '../../scripts/artifact/build/go.ts';
import { recipeOf } from '../../scripts/artifact/build/recipe.ts';
import { makeRoot } from '../../scripts/artifact/build/root.ts';
import { handOver, runInSandbox } from '../../scripts/artifact/build/run-sandbox.ts';
import { Cache } from '../../scripts/artifact/cache.ts';
import { DebSource } from '../../scripts/artifact/deb.ts';
import { Store } from '../../scripts/artifact/store.ts';
import { run } from '../../scripts/lib/exec.ts';
import { type Pair, table } from './table.ts';

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    from: { type: 'string', default: 'v1.1.14' },
    to: { type: 'string', default: 'v1.1.15' },
    cache: { type: 'string' },
  },
});
if (values.repo === undefined) throw new Error('--repo names a clone of runc');
const repo = resolve(values.repo);
const dir =
  values.cache === undefined ? await mkdtemp(join(tmpdir(), 'repro-bench-build-')) : resolve(values.cache);
const { signal } = new AbortController();

try {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const cache = new Cache(join(dir, 'cache'), { notice: log });
  await mkdir(cache.root, { recursive: true });
  const store = new Store(cache);
  const commits = await git('rev-list', '--reverse', '--topo-order', `${values.from}..${values.to}`);
  const make = await plainMake(cache);
  const pairs: Pair[] = [];
  const trees = new Set<string>();
  // The first builds warm both caches up.
  for (const [at, commit] of [values.from, ...commits].entries()) {
    const [first, second] = at % 2 === 0 ? [make, ours(store)] : [ours(store), make];
    const [one, other] = [await first(commit), await second(commit)];
    const [plain, repro] = at % 2 === 0 ? [one, other] : [other, one];
    const [subject = ''] = await git('log', '-1', '--format=%h %s', commit);
    log(`${subject}: make ${plain.toFixed(2)} s, repro ${repro.toFixed(2)} s`);
    const [tree = ''] = await git('rev-parse', `${commit}^{tree}`);
    pairs.push({ subject, plain, repro, again: trees.has(tree) });
    trees.add(tree);
  }
  process.stdout.write(`${table(pairs)}\n`);
} finally {
  await rm(values.cache === undefined ? dir : join(dir, 'plain'), { recursive: true, force: true });
}

async function git(...args: string[]): Promise<string[]> {
  return (await run(['git', '-C', repo, ...args])).stdout.trim().split('\n');
}

/** Seconds of all that stands between a revision and its layer: looking it up, checking out, building, packing, digests. */
function ours(store: Store) {
  return async (commit: string): Promise<number> => {
    const build = { repository: repo };
    const request = { component: 'runc', spec: `git:${commit}`, sources: [], build };
    const began = performance.now();
    await store.layer(await store.resolve(request, signal), signal);
    return (performance.now() - began) / 1000;
  };
}

/** Seconds of `make` alone, in a work tree that stays, clean, with a build cache of its own; the checkout isn't counted. */
async function plainMake(cache: Cache): Promise<(commit: string) => Promise<number>> {
  const [tree, out, shared] = ['tree', 'out', 'shared'].map((name) => join(dir, 'plain', name)) as [
    string,
    string,
    string,
  ];
  for (const one of [out, shared]) await mkdir(one, { recursive: true });
  // Apart from the tree, which becomes the build's user's.
  const gitDir = join(dir, 'plain', 'git');
  await run([
    'git',
    'clone',
    '--quiet',
    '--shared',
    '--no-checkout',
    `--separate-git-dir=${gitDir}`,
    repo,
    tree,
  ]);
  const inTree = async (...args: string[]) =>
    (await run(['git', '-C', tree, `--git-dir=${gitDir}`, `--work-tree=${tree}`, ...args])).stdout;
  const deb = new DebSource(cache);
  const recipe = recipeOf('runc');
  const { root } = await makeRoot(recipe.packages, cache, signal);
  return async (commit) => {
    await inTree('checkout', '--quiet', '--detach', commit);
    await inTree('clean', '--quiet', '-ffdx');
    const goMod = await inTree('show', 'HEAD:go.mod');
    const tag = (await inTree('describe', '--tags', '--abbrev=0')).trim();
    const go = await chooseGo(goDirective(goMod) ?? '1.16', deb, signal);
    await handOver(tree, signal);
    const order = {
      root,
      source: tree,
      out,
      shared,
      script: recipe.run,
      go: { tree: await unpackGo(go, deb, cache, signal), minor: go.minor },
      env: { TAG: tag, JOBS: String(cpus().length) },
    };
    const began = performance.now();
    await runInSandbox(order, { signal, timeout: 3_600_000 });
    return (performance.now() - began) / 1000;
  };
}
