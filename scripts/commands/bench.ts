import { z } from 'zod';
import { bench as runBench, trioOf } from '../bench/driver.ts';
import { pageOf } from '../bench/page.ts';
import type { BenchOutcome } from '../bench/types.ts';
import { EXIT, UsageError } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { parseShare } from '../scenario/schema.ts';
import { checkArms, conductRun, pairedCells, timeSeed, writeAnswer } from './answer.ts';
import type { BenchArguments } from './bench-command.ts';
import { armShape, askedOf } from './request.ts';

const CODES: Readonly<Record<BenchOutcome, number>> = {
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

const FORM = {
  schema: z.object({ ...armShape, tolerate: z.string() }),
  required: ['baseline', 'candidate'],
};

export async function bench(args: BenchArguments): Promise<void> {
  const asked = await askedOf(
    'bench',
    { ...args },
    { ...FORM, defaults: { samples: 12, seed: timeSeed(), tolerate: '10%' } },
  );
  const { question } = asked;
  checkArms(question, 1_000);
  bootTimeout();
  const tolerate = tolerated(question.tolerate);
  const { baseline, candidate, samples, seed } = question;
  const { scenario, cells, pairs, unpaired } = await pairedCells(asked, args);
  const { benchmark, report, dir } = await conductRun(asked, args, { scenario, cells }, (run, signal) =>
    runBench(
      {
        ...run,
        scenario,
        trios: pairs.map(trioOf),
        unpaired,
        baseline,
        candidate,
        tolerate,
        rounds: samples,
        seed,
      },
      signal,
    ),
  );
  await writeAnswer(dir, args, { answer: benchmark, page: pageOf(benchmark), report });
  process.exitCode = CODES[benchmark.outcome];
}
