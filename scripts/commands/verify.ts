import { join } from 'node:path';
import { z } from 'zod';
import { cellsOf } from '../floor/cells.ts';
import { DEFAULT_OPTIONS } from '../floor/defaults.ts';
import { parseOptions } from '../floor/options.ts';
import { EXIT } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { FLOOR_DIR, verify as runVerify } from '../verify/driver.ts';
import { pageOf } from '../verify/page.ts';
import { toldApart } from '../verify/same-build.ts';
import { parseTolerance } from '../verify/tolerance.ts';
import type { Answer } from '../verify/types.ts';
import { checkArms, conductRun, pairedCells, timeSeed, writeAnswer } from './answer.ts';
import { armShape, askedOf, foundIn } from './request.ts';
import type { VerifyArguments } from './verify-command.ts';

const CODES: Readonly<Record<Answer, number>> = {
  safe: EXIT.ok,
  regressed: EXIT.bad,
  inconclusive: EXIT.skip,
};

const FORM = {
  schema: z.object({ ...armShape, tolerate: z.string().optional(), floor: z.boolean() }),
  required: ['baseline', 'candidate'],
};

export async function verify(args: VerifyArguments): Promise<void> {
  const asked = await askedOf(
    'verify',
    { ...args },
    { ...FORM, defaults: { samples: 48, seed: timeSeed(), floor: false } },
  );
  const { question } = asked;
  checkArms(question, 10_000);
  bootTimeout();
  const tolerance = parseTolerance(question.tolerate);
  const { baseline, candidate, samples, seed, floor } = question;
  const { scenario, cells, pairs: found, unpaired } = await pairedCells(asked, args);
  const pairs = found.map(toldApart);
  // Says before anything is run that there is no floor to find.
  if (floor) cellsOf(scenario.suite.id, cells, 1);
  const { verification, report, dir } = await conductRun(
    asked,
    args,
    { scenario, cells },
    async (run, signal) =>
      runVerify(
        {
          ...run,
          scenario,
          pairs,
          unpaired,
          baseline,
          candidate,
          tolerance,
          budget: samples,
          seed,
          floor: floor ? parseOptions(DEFAULT_OPTIONS) : undefined,
          floorBegun: run.begun && { ...run.begun, ...(await foundIn(join(run.dir, FLOOR_DIR))) },
        },
        signal,
      ),
  );
  await writeAnswer(dir, args, { answer: verification, page: pageOf(verification), report });
  process.exitCode = CODES[verification.answer];
}
