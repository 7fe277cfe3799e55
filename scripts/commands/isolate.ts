import { z } from 'zod';
import { isolate as runIsolate } from '../isolate/driver.ts';
import { endsOf } from '../isolate/ends.ts';
import { pageOf } from '../isolate/page.ts';
import { EXIT, UsageError } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { openRun, resumable, selectAsked, writeAnswer } from './answer.ts';
import { context } from './context.ts';
import type { IsolateArguments } from './isolate-command.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { askedOf, selectionShape } from './request.ts';
import { checkJobs } from './wiring.ts';

const FORM = {
  schema: z.object({
    ...selectionShape,
    fail: z.array(z.string()).optional(),
    pass: z.array(z.string()).optional(),
    samples: z.number(),
    'max-samples': z.number(),
  }),
  required: [],
  defaults: { samples: 8, 'max-samples': 32 },
};

export async function isolate(args: IsolateArguments): Promise<void> {
  checkJobs(args.jobs);
  const asked = await askedOf('isolate', { ...args }, FORM);
  const { question } = asked;
  const { samples, fail, pass } = question;
  const most = question['max-samples'];
  if (!Number.isInteger(most) || most < 1) {
    throw new UsageError('samples', '--max-samples must be a whole number, 1 or more');
  }
  bootTimeout();
  const { scenario, cells } = await selectAsked(asked, args, { samples, compared: true });
  const ends = endsOf(cells, { fail, pass });
  const notice = args.quiet || args.json ? () => undefined : say;
  const { folder, ...run } = await openRun(asked, args, { scenario, cells }, notice);
  await using held = folder;
  const { isolation, report } = await resumable(
    'isolate',
    run.dir,
    held.during(context().signal, (signal) =>
      runIsolate(
        {
          ...run,
          // Only what the filters leave may be run.
          scenario: { ...scenario, cells },
          ends,
          samples,
          maxSamples: Math.max(samples, most),
          jobs: args.jobs,
          show: () => makeProgress(args.quiet || args.json ? 'none' : 'auto'),
        },
        signal,
      ),
    ),
  );
  await writeAnswer(run.dir, args, { answer: isolation, page: pageOf(isolation, report), report });
  const named = isolation.axes.some(({ role }) => role === 'decides' || role === 'rate');
  process.exitCode = named ? EXIT.ok : EXIT.skip;
}
