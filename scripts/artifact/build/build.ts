/** Builds a source tree with a recipe, in a sandbox, once. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildRecipe } from '../../components/build-recipe.ts';
import { ArtifactError, messageOf, UsageError } from '../../lib/errors.ts';
import { RunError, run } from '../../lib/exec.ts';
import { sha256File } from '../../lib/hash-file.ts';
import { readJson, writeJson } from '../../lib/json.ts';
import { withLock } from '../../lib/lock.ts';
import { type BuildRecord, buildRecordSchema } from '../../model/artifact.ts';
import { type Cache, fileOf } from '../cache.ts';
import type { DebSource } from '../deb.ts';
import { packSquashfs } from '../layer.ts';
import { mainProgram, placeOf, placePrograms } from '../programs.ts';
import { isSealed } from '../sealed-tree.ts';
import { copyItems, itemsOf } from '../tree.ts';
import type { Layer } from '../types.ts';
import { failureLines } from './diagnostics.ts';
import { chooseGo, type GoToolchain, goDirective, unpackGo } from './go.ts';
import { type BuilderRoot, makeRoot } from './root.ts';
import { handOver, runInSandbox } from './run-sandbox.ts';
import type { SourceTree } from './source-tree.ts';

export interface BuildRequest {
  readonly component: string;
  /** For people: `1.1.14-3-g614ce12f0`. */
  readonly version: string;
  readonly source: SourceTree;
  /** The version as upstream tags it, or the nearest tag; which the script gets as `$TAG`. */
  readonly tag: string;
  readonly recipe: BuildRecipe;
}

export interface Built {
  readonly layer: Layer;
  readonly record: Omit<BuildRecord, 'repository' | 'commit'>;
}

const recordSchema = buildRecordSchema.omit({ repository: true, commit: true });

/** Milliseconds after which a build is given up. */
const TIMEOUT = 2 * 3600 * 1000;
/** What was built in a sandbox with holes isn't used any more. */
const SANDBOX = 'sandbox 2';
const FILES = { layer: 'layer.squashfs', record: 'build.json', log: 'build.log' } as const;
/** What a compiler says when something else ended it. */
const KILLED = /signal: killed|Killed signal|terminated program|cannot allocate memory|out of memory/i;

/**
 * The layer of what a tree is built to. Throws ArtifactError `build-failed`, with the compiler's own lines, when the
 * tree itself can't be built; any other code (`builder`, `build-killed`, `offline`) says nothing of the tree.
 */
export async function buildTree(
  request: BuildRequest,
  deb: DebSource,
  cache: Cache,
  signal: AbortSignal,
): Promise<Built> {
  const { component, tag, recipe, source: tree, version } = request;
  const root = await makeRoot(recipe.packages, cache, signal);
  const go = await goOf(request, deb, signal);
  const goTree = go === undefined ? undefined : await unpackGo(go, deb, cache, signal);
  const about = {
    tree: tree.id,
    script: recipe.run,
    compiler: root.compiler,
    builder: root.digest,
    ...(go === undefined ? {} : { go: describeGo(go) }),
  };
  const make = async (dir: string, held: AbortSignal) => {
    cache.notice(`building ${component} ${version} of ${tree.shown}`);
    const out = join(dir, 'out');
    await mkdir(out);
    const source = tree.kept === undefined ? join(dir, 'source') : join(root.dir, 'trees', tree.kept);
    const sandbox = { source, out, root, go: goTree === undefined ? undefined : { tree: goTree, go } };
    try {
      const { log, seconds } = await runBuild(request, sandbox, held);
      await writeFile(join(dir, FILES.log), log);
      const programs = join(dir, 'root');
      const sha256 = await takePrograms(request, out, programs, held);
      await packSquashfs(programs, join(dir, FILES.layer), held);
      await writeJson(join(dir, FILES.record), { ...about, seconds, sha256 });
    } finally {
      // By a program that no depth of folders stops.
      await run(['rm', '-rf', '--', ...['source', 'out', 'root'].map((name) => join(dir, name))]);
    }
  };
  const { importPath = '', run: script } = recipe;
  const inputs = [component, tree.id, tag, script, root.digest, go?.packages ?? '', SANDBOX];
  if (importPath !== '') inputs.push(importPath);
  const name = `${component}-${tree.id.slice(0, 9)}`;
  const entry = await cache.entry({ kind: 'build', name, inputs, network: false, make }, signal);
  const { path, sha256, bytes } = fileOf(entry, FILES.layer);
  const record = await readJson(fileOf(entry, FILES.record).path, recordSchema);
  return { layer: { name: `${component}-${version}`, file: path, sha256, bytes }, record };
}

async function goOf(
  { recipe, source }: BuildRequest,
  deb: DebSource,
  signal: AbortSignal,
): Promise<GoToolchain | undefined> {
  if (recipe.go === 'none') return undefined;
  if (recipe.go !== 'go.mod') return chooseGo(recipe.go, deb, signal);
  const text = await source.file('go.mod', signal);
  // Without a go line, the language is that of Go 1.16: https://go.dev/ref/mod#go-mod-file-go
  return text === undefined ? undefined : chooseGo(goDirective(text) ?? '1.16', deb, signal);
}

function describeGo({ packages, suite }: GoToolchain): string {
  const [name, version] = packages.split('=');
  return `${name} ${version} (${suite})`;
}

interface Sandbox {
  readonly root: BuilderRoot;
  readonly go: { readonly tree: string; readonly go: GoToolchain | undefined } | undefined;
  readonly source: string;
  readonly out: string;
}

/** One at a time in each builder: what builds share, trees too, stays in it, and prune leaves it alone meanwhile. */
async function runBuild(
  request: BuildRequest,
  { root, go, source, out }: Sandbox,
  signal: AbortSignal,
): Promise<{ log: string; seconds: number }> {
  return withLock(
    root.dir,
    async (held) => {
      for (const tree of go === undefined ? [root.root] : [root.root, go.tree]) {
        if (await isSealed(dirname(tree), held)) continue;
        const hint = 'run it again: it will be made anew';
        throw new ArtifactError('builder', `${tree} was changed since it was made`, { hint });
      }
      const shared = join(root.dir, 'shared', await request.source.group(held));
      for (const one of [shared, dirname(source)]) await mkdir(one, { recursive: true });
      await request.source.write(source, held);
      await handOver(source, held);
      await request.source.handedOver?.(source, held);
      const sandbox = {
        root: root.root,
        source,
        out,
        shared,
        importPath: request.recipe.importPath,
        go: go === undefined ? undefined : { tree: go.tree, minor: go.go?.minor ?? '' },
        env: { TAG: request.tag, JOBS: String(cpus().length) },
        script: request.recipe.run,
      };
      const began = performance.now();
      const { stdout } = await runInSandbox(sandbox, { signal: held, timeout: TIMEOUT }).catch((error) => {
        throw held.aborted ? error : explain(error, request);
      });
      return { log: stdout, seconds: Math.round((performance.now() - began) / 100) / 10 };
    },
    { signal },
  );
}

/** The tree's own fault, or the builder's. */
function explain(error: unknown, { component, version }: BuildRequest): unknown {
  const what = `${component} ${version}`;
  if (error instanceof ArtifactError) return new ArtifactError(error.code, `${what}: ${error.message}`);
  if (!(error instanceof RunError) || error.code === 'tool-missing') return error;
  const { output, exitStatus } = error;
  if (error.code === 'run-timeout') return new ArtifactError('build-killed', `${what}: ${error.message}`);
  // The sandbox's own failures come before anything of the script's.
  if (/^(?:bwrap|prlimit|setpriv|bash|nice): /.test(output)) {
    return new ArtifactError('builder', `there is no sandbox to build ${what} in: ${output}`, {
      hint: 'builds need user namespaces, as mmdebstrap does',
    });
  }
  if (exitStatus === undefined || exitStatus > 128 || KILLED.test(output)) {
    const lines = failureLines(output, 3).join('\n');
    return new ArtifactError('build-killed', `the build of ${what} was ended from outside:\n${lines}`, {
      cause: error,
    });
  }
  return new ArtifactError('build-failed', `${what} doesn't build:\n${failureLines(output).join('\n')}`);
}

/** errno(3) of names and links that nobody makes by mistake. */
const UNREADABLE = /^(?:ENAMETOOLONG|ELOOP|EACCES)$/;

/** Puts what the script left into places; returns the digest of the main program. */
async function takePrograms(
  { component, version }: BuildRequest,
  out: string,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const program = mainProgram(component);
  if (program === undefined) throw new UsageError('build', `${component} can't be built`);
  try {
    await copyItems(out, await itemsOf(out, component, program), root);
    await placePrograms(root, component, '$OUT');
  } catch (error) {
    const isTheirs =
      error instanceof UsageError || UNREADABLE.test((error as NodeJS.ErrnoException).code ?? '');
    if (!isTheirs) throw error;
    const why = messageOf(error).replaceAll(out, '$OUT');
    throw new ArtifactError('build-failed', `the build of ${component} ${version} ended well, but ${why}`);
  }
  return sha256File(join(root, placeOf(component, program)), signal);
}
