import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EXIT, UsageError } from '../lib/errors.ts';
import { bench as runBench, trioOf } from '../pace/driver.ts';
import { renderMarkdown, renderSection, renderText } from '../pace/render.ts';
import type { Pace } from '../pace/types.ts';
import { renderHtml } from '../report/html.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseShare } from '../scenario/schema.ts';
import { parseSet } from '../scenario/set.ts';
import { ensureTools } from '../setup/install.ts';
import { axesOf, pairsOf, parseArm } from '../verify/arms.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { needsOf, newRunDir, openStore, sessionId } from './wiring.ts';

export interface BenchArguments {
  readonly scenario: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly filter: string[];
  readonly set: string[];
  readonly repo: string[];
  readonly samples: number;
  readonly tolerate: string;
  readonly seed?: number | undefined;
  readonly out?: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const CODES: Readonly<Record<Pace, number>> = {
  slower: EXIT.bad,
  faster: EXIT.ok,
  alike: EXIT.ok,
  inconclusive: EXIT.skip,
};

/** `10%` or `0.1`, as a share. Throws UsageError. */
function tolerated(text: string): number {
  const share = parseShare(text);
  if (share === undefined || share < 0)
    throw new UsageError('tolerate', `--tolerate ${text}: must be a share of the time, such as 10%`);
  return share;
}

export async function bench(args: BenchArguments): Promise<void> {
  if (!(Number.isInteger(args.samples) && args.samples >= 1 && args.samples <= 1_000))
    throw new UsageError('samples', '--samples must be a whole number from 1 to 1000');
  const seed = args.seed ?? Date.now() % 2 ** 31;
  if (!Number.isInteger(seed) || seed < 0) throw new UsageError('seed', '--seed must be a whole number');
  bootTimeout();
  const tolerate = tolerated(args.tolerate);
  const [baseline, candidate] = [parseArm('baseline', args.baseline), parseArm('candidate', args.candidate)];
  const set = { ...parseSet(args.set), ...axesOf(baseline, candidate) };
  const scenario = loadScenario(args.scenario, { set, repo: args.repo });
  const cells = filterCells(scenario.cells, args.filter, scenario.impossible);
  const { pairs, unpaired } = pairsOf(cells, baseline, candidate);
  if (pairs.length === 0)
    throw new UsageError(
      'arm',
      'no point of the scenario can be run with both the baseline and the candidate',
    );
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const { signal, makeProvider } = context();
  const dir = await newRunDir(args.out, `bench-${scenario.name}`);
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  const notice = (text: string) => listener({ type: 'notice', text });
  const provider = await makeProvider('qemu', notice);
  await provider.reap({ all: false });
  const store = openStore({ offline: args.offline, notice });
  const { benchmark, report } = await runBench(
    {
      ...{ scenario, trios: pairs.map(trioOf), unpaired, tolerate, rounds: args.samples, seed, dir },
      ...{ provider, store, listener, baseline: args.baseline, candidate: args.candidate },
      ...{ session: sessionId(), command: ['repro', ...process.argv.slice(2)] },
    },
    signal,
  ).finally(() => progress.close());
  await writeFile(join(dir, 'report.html'), renderHtml(report, renderSection(benchmark)));
  await writeFile(join(dir, 'bench.md'), renderMarkdown(benchmark));
  const where = relative(process.cwd(), dir) || '.';
  process.stdout.write(
    args.json
      ? `${JSON.stringify(benchmark, null, 2)}\n`
      : `${renderText(benchmark, Math.min(110, process.stdout.columns ?? 80))}summary   ${where}/bench.md\nevidence  ${where}\n`,
  );
  process.exitCode = CODES[benchmark.pace];
}
