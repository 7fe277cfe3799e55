import { EXIT } from '../lib/errors.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { verify as runVerify } from '../verify/driver.ts';
import { renderMarkdown, renderText } from '../verify/render.ts';
import { renderSection } from '../verify/section.ts';
import { parseTolerance } from '../verify/tolerance.ts';
import type { Answer } from '../verify/types.ts';
import { type ArmArguments, openRun, pairedCells, seedOf, writeAnswer } from './answer.ts';

export interface VerifyArguments extends ArmArguments {
  readonly tolerate?: string | undefined;
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
  const { scenario, cells, pairs, unpaired } = pairedCells(args);
  const { signal, progress, request } = await openRun('verify', args, { scenario, cells });
  const { verification, report } = await runVerify(
    {
      ...request,
      ...{ scenario, pairs, unpaired, baseline, candidate, tolerance, budget: args.samples, seed },
    },
    signal,
  ).finally(() => progress.close());
  await writeAnswer('verify', request.dir, args, {
    ...{ answer: verification, report },
    ...{ section: renderSection, markdown: renderMarkdown, text: renderText },
  });
  process.exitCode = CODES[verification.answer];
}
