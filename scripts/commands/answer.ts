/** What the commands have in common that run one scenario's cells for one answer: `verify`, `bench`, `floor`. */
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UsageError } from '../lib/errors.ts';
import { renderHtml } from '../report/html.ts';
import type { Report } from '../report/model.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseSet } from '../scenario/set.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { ensureTools } from '../setup/install.ts';
import { axesOf, pairsOf, parseArm } from '../verify/arms.ts';
import type { Arms } from '../verify/types.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { needsOf, newRunDir, openStore, sessionId } from './wiring.ts';

export interface AnswerArguments {
  readonly scenario: string;
  readonly filter: string[];
  readonly set: string[];
  readonly repo: string[];
  readonly out?: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'allow-network': boolean;
}

export interface ArmArguments extends AnswerArguments {
  readonly baseline: string;
  readonly candidate: string;
  readonly samples: number;
  readonly seed?: number | undefined;
}

/** The seed of the random order; the time's where none is given. Throws UsageError, also for too many `samples`. */
export function seedOf({ samples, seed = Date.now() % 2 ** 31 }: ArmArguments, most: number): number {
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= most))
    throw new UsageError('samples', `--samples must be a whole number from 1 to ${most}`);
  if (!Number.isInteger(seed) || seed < 0) throw new UsageError('seed', '--seed must be a whole number');
  return seed;
}

/** The pairs of cells of which one has the baseline and the other the candidate. Throws UsageError. */
export function pairedCells(args: ArmArguments): {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly pairs: readonly Arms[];
  readonly unpaired: readonly string[];
} {
  const [baseline, candidate] = [parseArm('baseline', args.baseline), parseArm('candidate', args.candidate)];
  const set = { ...parseSet(args.set), ...axesOf(baseline, candidate) };
  const scenario = loadScenario(args.scenario, { set, repo: args.repo });
  const cells = filterCells(scenario.cells, args.filter, scenario.impossible);
  const { pairs, unpaired } = pairsOf(cells, baseline, candidate);
  if (pairs.length === 0) {
    throw new UsageError(
      'arm',
      'no point of the scenario can be run with both the baseline and the candidate',
    );
  }
  return { scenario, cells, pairs, unpaired };
}

/** All that a driver needs beside its question. `progress` is to be closed when it ends. */
export async function openRun(
  kind: string,
  args: AnswerArguments,
  { scenario, cells }: { readonly scenario: Scenario; readonly cells: readonly Cell[] },
) {
  await consent([{ scenario, cells }], args);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const { signal, makeProvider } = context();
  const dir = await newRunDir(args.out, `${kind}-${scenario.name}`);
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  const notice = (text: string) => listener({ type: 'notice', text });
  const provider = await makeProvider('qemu', notice);
  await provider.reap({ all: false });
  const store = openStore({ offline: args.offline, notice });
  const command = ['repro', ...process.argv.slice(2)];
  return { signal, progress, request: { dir, session: sessionId(), command, provider, store, listener } };
}

export interface Rendered<Answer> {
  readonly answer: Answer;
  readonly report: Report;
  readonly section: (answer: Answer) => { title: string; body: string };
  readonly markdown: (answer: Answer) => string;
  readonly text: (answer: Answer, width: number) => string;
}

/** Writes the page and `<kind>.md`, and prints the answer, or its JSON. */
export async function writeAnswer<Answer>(
  kind: string,
  dir: string,
  { json }: AnswerArguments,
  { answer, report, section, markdown, text }: Rendered<Answer>,
): Promise<void> {
  await writeFile(join(dir, 'report.html'), renderHtml(report, section(answer)));
  await writeFile(join(dir, `${kind}.md`), markdown(answer));
  const where = relative(process.cwd(), dir) || '.';
  const width = Math.min(110, process.stdout.columns ?? 80);
  process.stdout.write(
    json
      ? `${JSON.stringify(answer, null, 2)}\n`
      : `${text(answer, width)}summary   ${where}/${kind}.md\nevidence  ${where}\n`,
  );
}
