/** What a bisection was asked, on disk: `--resume` asks the same again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../lib/errors.ts';
import { readJson, writeJson } from '../lib/json.ts';

const endpoint = z.object({ revision: z.string(), id: z.string() });

const requestSchema = z.object({
  scenario: z.string(),
  /** Of the scenario's text: the test must be the same for every commit. */
  scenarioSha256: z.string(),
  filter: z.array(z.string()),
  set: z.array(z.string()),
  component: z.string(),
  /** The component's git repository: a folder, absolute, or an address. */
  repo: z.string(),
  /** Those of other components, `containerd=<folder or address>`. */
  otherRepos: z.array(z.string()),
  /** As the user named them, and the commits that these were at the start. */
  good: endpoint,
  bad: endpoint,
  findFix: z.boolean(),
  firstParent: z.boolean(),
  paths: z.array(z.string()),
  /** Hashes of more revisions on the old side, and of those that can't be tested. */
  moreOld: z.array(z.string()),
  skip: z.array(z.string()),
  confidence: z.number(),
  maxSamples: z.number(),
  metric: z.string().optional(),
  /** How to build on this host: a command for a shell, and what it makes. Without, revisions are `git:` artifacts. */
  build: z.object({ command: z.string(), binary: z.string() }).optional(),
  /** Where its machines come from, where that isn't the default kind without a choice. */
  provider: z
    .object({
      kind: z.string(),
      why: z.string().optional(),
      fixed: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** Whether the culprit is to be checked by applying and reverting it. */
  check: z.boolean(),
});

export type BisectRequest = Readonly<z.infer<typeof requestSchema>>;

export const REQUEST_FILE = 'bisection.json';

/** For the process that holds the folder. Throws UsageError `out` when there is a bisection already. */
export async function writeRequest(dir: string, request: BisectRequest): Promise<void> {
  const file = join(dir, REQUEST_FILE);
  if (existsSync(file)) {
    throw new UsageError('out', `${dir} holds a bisection already`, {
      hint: `name another folder, or go on with it: repro bisect --resume ${dir}`,
    });
  }
  await writeJson(file, request);
}

/** Throws UsageError `resume` for a folder without a bisection, `damaged` for a damaged one. */
export async function readRequest(dir: string): Promise<BisectRequest> {
  const file = join(dir, REQUEST_FILE);
  if (!existsSync(file))
    throw new UsageError('resume', `${dir} has no ${REQUEST_FILE}: it is not a bisection`);
  return readJson(file, requestSchema);
}
