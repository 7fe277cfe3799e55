/** `report.json` on disk: written whole or not at all, and checked when it is read. */
import { type Dirent, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../lib/errors.ts';
import { writeWhole } from '../lib/files.ts';
import { parseText } from '../lib/json.ts';
import { readOwn } from '../lib/own-file.ts';
import { safeJson } from '../lib/plain.ts';
import { REPORT_SCHEMA, type Report, reportSchema } from '../model/report.ts';
import { reportOfVersion1 } from '../model/version1.ts';

export const REPORT_FILE = 'report.json';
const RUNS_DIR = 'repro-runs';
/** Of a report: some 60,000 cells of ten samples. A longer text is more than Node takes as one. */
const MOST_BYTES = 500_000_000;

/** A report and the folder of the run that it stands in. */
export interface StoredReport {
  readonly report: Report;
  readonly dir: string;
}

export const renderJson = (report: Report): string => safeJson(report);

/**
 * Writes `report.json` into a run's folder. A reader sees the old report or the new one, never half of one; of
 * several writers at once, the last one's stays.
 */
export async function writeReport(dir: string, report: Report): Promise<string> {
  const file = join(dir, REPORT_FILE);
  await writeWhole(file, renderJson(report));
  return file;
}

/**
 * Reads the report of a run: its folder, the path of its `report.json`, or, among the folders in `runsDir`,
 * `latest` or the beginning of a name that only one has. Nothing else is read, and no link is followed. Throws
 * UsageError `no-run`, `ambiguous-run`, `no-report`, `link`, `too-large`, `foreign-report` or `corrupt-report`.
 */
export async function readReport(run: string, runsDir: string = RUNS_DIR): Promise<StoredReport> {
  const dir = await findRun(run, runsDir);
  const file = join(dir, REPORT_FILE);
  const text = await readOwn(file, MOST_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UsageError) throw error;
    const what = error.code === 'ENOENT' ? 'there is none' : `${error.message}`;
    throw new UsageError('no-report', `${dir} can't be reported: no ${REPORT_FILE} could be read (${what})`, {
      hint: `a run writes it at its end, also when interrupted; resume the run, or name another folder of ./${RUNS_DIR}`,
      cause: error,
    });
  });
  return { report: parseReport(text, file), dir };
}

/** `file` is named in the messages. */
export function parseReport(text: string, file: string): Report {
  const written = parseJson(text, file);
  const data = schemaOf(written) === 'repro.report/1' ? reportOfVersion1(written) : written;
  const schema = schemaOf(data);
  if (schema !== REPORT_SCHEMA) {
    const other = typeof schema === 'string' && /^repro\.report\/\d+$/.test(schema);
    throw new UsageError(
      'foreign-report',
      other
        ? `${file} has the schema ${schema}; this version of repro reads ${REPORT_SCHEMA} and older`
        : `${file} is not a report of repro: its "schema" is not ${REPORT_SCHEMA}`,
      {
        hint: other
          ? 'render it with the version of repro that made it (host.repro in the file), or run the scenario again'
          : `name a folder of ./${RUNS_DIR}, or the ${REPORT_FILE} in one`,
      },
    );
  }
  const checked = reportSchema.safeParse(data);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where = issue?.path.map(String).join('.') || 'the top level';
    throw corrupt(file, `${issue?.message ?? 'it lacks fields'}, at ${where}`);
  }
  return checked.data;
}

const schemaOf = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined;

function parseJson(text: string, file: string): unknown {
  try {
    return parseText(text);
  } catch (error) {
    throw corrupt(file, error instanceof Error ? error.message : String(error), error);
  }
}

function corrupt(file: string, what: string, cause?: unknown): UsageError {
  return new UsageError('corrupt-report', `${file} is damaged: ${what}`, {
    hint: 'restore the file from a copy, or run the scenario again; the logs beside it are not affected',
    cause,
  });
}

/**
 * The folder of a run, named as for `readReport`. `latest` is the latest that holds the file `holding`. Throws
 * UsageError `no-run` or `ambiguous-run`.
 */
export async function findRun(
  run: string,
  runsDir: string = RUNS_DIR,
  holding: string = REPORT_FILE,
): Promise<string> {
  const found = await stat(run).catch(() => undefined);
  if (found?.isDirectory()) return run;
  if (found?.isFile()) return dirname(run);
  const names = await runNames(runsDir);
  if (run === 'latest') {
    const latest = names.findLast((name) => existsSync(join(runsDir, name, holding)));
    if (latest !== undefined) return join(runsDir, latest);
    throw new UsageError('no-run', `no run with a ${holding} stands in ${runsDir}`, {
      hint: 'start one: repro run <scenario>',
    });
  }
  const matching = names.filter((name) => run !== '' && name.startsWith(run));
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) return join(runsDir, only);
  if (only !== undefined) {
    throw new UsageError(
      'ambiguous-run',
      `${run} is the beginning of ${matching.length} runs in ${runsDir}`,
      {
        hint: `name one of them: ${listed(matching)}`,
      },
    );
  }
  throw new UsageError(
    'no-run',
    `no run ${run}: neither a folder, nor a ${REPORT_FILE}, nor the beginning of a name in ${runsDir}`,
    {
      hint:
        names.length === 0 ? 'start one: repro run <scenario>' : `there are: ${listed(names)}, or say latest`,
    },
  );
}

/** Names start with the time of the run, so that the last in order is the latest. */
async function runNames(runsDir: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(runsDir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function listed(names: readonly string[]): string {
  const shown = names.slice(-5);
  return `${shown.length < names.length ? '… ' : ''}${shown.join(', ')}`;
}
