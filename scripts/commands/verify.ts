import { cellsOf } from '../floor/cells.ts';
import { DEFAULT_OPTIONS } from '../floor/defaults.ts';
import { parseOptions } from '../floor/options.ts';
import { EXIT } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { verify as runVerify } from '../verify/driver.ts';
import { renderMarkdown, renderText } from '../verify/render.ts';
import { toldApart } from '../verify/same-build.ts';
import { renderSection } from '../verify/section.ts';
import { parseTolerance } from '../verify/tolerance.ts';
import type { Answer } from '../verify/types.ts';
import { type ArmArguments, openRun, pairedCells, seedOf, writeAnswer } from './answer.ts';

export interface VerifyArguments extends ArmArguments {
  readonly tolerate?: string | undefined;
  /** Compare the memory floors, too. */
  readonly floor: boolean;
}

const CODES: Readonly<Record<Answer, number>> = {
  safe: EXIT.ok,
  regressed: EXIT.bad,
  inconclusive: EXIT.skip,
};

export async function verify(args: VerifyArguments): Promise<void> {
  const seed = seedOf(args, 10_000);
  bootTimeout();
  const tolerance = parseTolerance(args.tolerate);
  const { baseline, candidate } = args;
  const { scenario, cells, pairs: found, unpaired } = pairedCells(args);
  const pairs = found.map(toldApart);
  // Says before anything is run that there is no floor to find.
  if (args.floor) cellsOf(scenario.suite.id, cells, 1);
  const { signal, progress, request } = await openRun('verify', args, { scenario, cells });
  const { verification, report } = await runVerify(
    {
      ...request,
      ...{ scenario, pairs, unpaired, baseline, candidate, tolerance, budget: args.samples, seed },
      floor: args.floor ? parseOptions(DEFAULT_OPTIONS) : undefined,
    },
    signal,
  ).finally(() => progress.close());
  await writeAnswer('verify', request.dir, args, {
    ...{ answer: verification, report },
    ...{ section: renderSection, markdown: renderMarkdown, text: renderText },
  });
  process.exitCode = CODES[verification.answer];
}
