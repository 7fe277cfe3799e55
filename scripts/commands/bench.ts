import { EXIT, UsageError } from '../lib/errors.ts';
import { bench as runBench, trioOf } from '../pace/driver.ts';
import { renderMarkdown, renderSection, renderText } from '../pace/render.ts';
import type { Pace } from '../pace/types.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { parseShare } from '../scenario/schema.ts';
import { type ArmArguments, openRun, pairedCells, seedOf, writeAnswer } from './answer.ts';

export interface BenchArguments extends ArmArguments {
  readonly tolerate: string;
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
  const seed = seedOf(args, 1_000);
  bootTimeout();
  const tolerate = tolerated(args.tolerate);
  const { baseline, candidate } = args;
  const { scenario, cells, pairs, unpaired } = pairedCells(args);
  const { signal, progress, request } = await openRun('bench', args, { scenario, cells });
  const { benchmark, report } = await runBench(
    {
      ...request,
      ...{ scenario, trios: pairs.map(trioOf), unpaired, baseline, candidate },
      ...{ tolerate, rounds: args.samples, seed },
    },
    signal,
  ).finally(() => progress.close());
  await writeAnswer('bench', request.dir, args, {
    ...{ answer: benchmark, report },
    ...{ section: renderSection, markdown: renderMarkdown, text: renderText },
  });
  process.exitCode = CODES[benchmark.pace];
}
