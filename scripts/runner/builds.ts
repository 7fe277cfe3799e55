/**
 * Which builds each cell's samples were taken with, on disk: a `path:` program may be built again, and a moving suite
 * may move, between a run and its resumption.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { ResolvedArtifact } from '../artifact/types.ts';
import { UsageError } from '../lib/errors.ts';
import { recallJson, writeJson } from '../lib/json.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type ArtifactStore, resolveCell } from './plan.ts';

const FILE = 'builds.json';
/** By cell and component: the build for people, and the digest that `resolve` gave. */
const schema = z.record(
  z.string(),
  z.record(z.string(), z.object({ build: z.string(), sha256: z.string() })),
);
type Builds = z.infer<typeof schema>;

interface Resolved {
  readonly cell: Pick<Cell, 'id' | 'provider'>;
  readonly artifacts: readonly ResolvedArtifact[];
}

/**
 * Writes down the builds of cells that are about to run; those of other cells stay. `done`: the samples there are, by
 * cell. Throws UsageError `changed` when a cell with samples would go on with another build.
 */
export async function recordBuilds(
  dir: string,
  resolved: readonly Resolved[],
  done: ReadonlyMap<string, readonly unknown[]> = new Map(),
): Promise<void> {
  const known = (await recallJson(join(dir, FILE), schema)) ?? {};
  const now = buildsOf(resolved);
  const changes = Object.keys(now)
    .filter((cell) => (done.get(cell)?.length ?? 0) > 0)
    .flatMap((cell) => changesOf(cell, known[cell], now[cell]));
  if (changes.length > 0) throw otherBuilds(dir, changes);
  await writeJson(join(dir, FILE), { ...known, ...now });
}

/** The error for going on with other builds; `otherwise`: what a user can do beside putting them back. */
export function otherBuilds(
  dir: string,
  changes: readonly BuildChange[],
  otherwise = 'begin anew in another folder',
): UsageError {
  const lines = [...new Set(changes.map(({ line }) => `\n  ${line}`))];
  return new UsageError('changed', `the run in ${dir} was made with other builds:${lines.join('')}`, {
    hint: `put them back, or ${otherwise}`,
  });
}

function changesOf(cell: string, before: Builds[string] = {}, now: Builds[string] = {}): BuildChange[] {
  return Object.entries(now).flatMap(([component, { build, sha256 }]) => {
    const was = before[component];
    if (was === undefined || was.sha256 === sha256) return [];
    return [{ cell, line: `${component}: ${was.build} -> ${build}` }];
  });
}

function buildsOf(resolved: readonly Resolved[]): Builds {
  const entries = resolved.map(({ cell, artifacts }) => [
    cell.id,
    Object.fromEntries([
      ...artifacts.map(({ component, source, packageVersion, sha256 }) => [
        component,
        { build: `${source} ${packageVersion}`, sha256 },
      ]),
      ...ownOf(cell),
    ]),
  ]);
  return Object.fromEntries(entries);
}

/** What machines have of their own may change as well: a host boots another kernel. */
function ownOf({ provider }: Resolved['cell']): [string, Builds[string][string]][] {
  return Object.entries(provider?.fixed ?? {}).map(([what, value]) => [
    `${what} of ${provider?.kind}`,
    { build: value, sha256: value },
  ]);
}

export interface BuildChange {
  readonly cell: string;
  /** `runc: path:./runc runc@1a2b -> path:./runc runc@3c4d`. */
  readonly line: string;
}

/**
 * What the cells of a run would run now that they didn't run before. A build that can't be had at the moment is none
 * that differs: the run will say so of its cell. Throws UsageError.
 */
export async function changedBuilds(
  dir: string,
  { scenario, cells }: { readonly scenario: Scenario; readonly cells: readonly Cell[] },
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<BuildChange[]> {
  const known = await recallJson(join(dir, FILE), schema);
  if (known === undefined) return [];
  const changes: BuildChange[] = [];
  for (const cell of cells.filter(({ id }) => id in known)) {
    const resolved = await resolveCell(cell, scenario, store, signal).catch((error) => {
      if (error instanceof UsageError || signal.aborted) throw error;
      return undefined;
    });
    if (resolved === undefined) continue;
    changes.push(...changesOf(cell.id, known[cell.id], buildsOf([resolved])[cell.id]));
  }
  return changes;
}
