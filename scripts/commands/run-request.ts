/** What a run was asked, on disk before anything boots, so that `--resume` can ask it again. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../lib/errors.ts';
import { readJson, writeJson } from '../lib/json.ts';
import type { Report } from '../model/report.ts';
import type { Begun } from '../runner/begun.ts';
import type { Cell } from '../scenario/types.ts';
import { placesOf } from './watch.ts';
import { RUN_FILE } from './wiring.ts';

/** What `--resume` needs to ask the same question again. */
const requestSchema = z.object({
  scenario: z.string(),
  /** The scenario's file and the folder in which repro was called, absolute; absent in runs of older versions. */
  file: z.string().optional(),
  cwd: z.string().optional(),
  filter: z.array(z.string()),
  set: z.array(z.string()),
  repo: z.array(z.string()).optional(),
  provider: z.string().optional(),
  samples: z.union([z.number(), z.literal('auto')]).optional(),
  /** When it began, as it was typed, and when it was gone on with; absent in runs of older versions. */
  startedAt: z.iso.datetime().optional(),
  command: z.array(z.string()).optional(),
  resumed: z.array(z.object({ at: z.iso.datetime() })).optional(),
});
export type RunRequest = Readonly<z.infer<typeof requestSchema>>;

export async function writeRequest(dir: string, request: RunRequest): Promise<void> {
  await writeJson(join(dir, RUN_FILE), request);
}

/** Throws UsageError for a folder without one, or with a damaged one. */
export async function readRequest(dir: string): Promise<RunRequest> {
  const file = join(dir, RUN_FILE);
  if (!existsSync(file)) throw new UsageError('resume', `${dir} has no ${RUN_FILE}, so it can't be resumed`);
  return readJson(file, requestSchema);
}

/** The scenario's file where it was, from whichever folder one asks; else whatever is called so now. */
export function placeOf({ file, scenario }: RunRequest): string {
  return file !== undefined && existsSync(file) ? file : scenario;
}

/** What a run names relative to the folder it was called in is something else in another. Throws UsageError. */
export function checkPlace({ cwd, repo = [] }: RunRequest, cells: readonly Cell[], dir: string): void {
  if (cwd === undefined || cwd === process.cwd()) return;
  const repos = repo
    .map((one) => one.slice(one.indexOf('=') + 1))
    .filter((one) => existsSync(join(cwd, one)));
  const [moved] = [...placesOf(cells), ...repos].filter((path) => !isAbsolute(path) && !path.startsWith('~'));
  if (moved === undefined) return;
  throw new UsageError('resume', `the run in ${dir} names ${moved}, relative to the folder it was begun in`, {
    hint: `go on with it there: cd ${cwd}`,
  });
}

/** How it was first asked, and that it goes on now; undefined where nothing tells, in runs of older versions. */
export function begunOf(
  request: RunRequest,
  before: Report | undefined,
  done: Begun['done'],
): Begun | undefined {
  const startedAt = request.startedAt ?? before?.startedAt;
  const command = request.command ?? before?.command;
  if (startedAt === undefined || command === undefined) return undefined;
  const times = request.resumed ?? before?.resumed ?? [];
  const resumed = [...times, { at: new Date().toISOString() }];
  return { startedAt: new Date(startedAt), command, resumed, done, cells: before?.cells ?? [] };
}

/** The request of a run that is gone on with once more. */
export function goneOnWith(request: RunRequest, { startedAt, command, resumed }: Begun): RunRequest {
  return { ...request, startedAt: startedAt.toISOString(), command: [...command], resumed: [...resumed] };
}
