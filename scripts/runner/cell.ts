/** Runs one cell by its plan: every case as often as asked for, or until its verdict is settled. */
import { isSettled } from '../verdict/settle.ts';
import { type CellRequest, openCell } from './cell-session.ts';

/** Throws nothing but programming errors: whatever happens becomes part of the cell's report. */
export async function runCell(request: Omit<CellRequest, 'planned'>, signal: AbortSignal) {
  const { cases } = request.scenario.suite;
  const { samples, sampling } = request.ready.cell;
  const plan = planOf(cases, samples);
  await using session = await openCell({ ...request, planned: plan.length }, signal);
  const settled = () => sampling.auto && isSettled(session.samples, cases, sampling);
  const done = new Set(request.done.map(({ id }) => id));
  for (const next of plan.filter(({ caseId, index }) => !done.has(`${caseId}#${index}`))) {
    if (settled() || (await session.take(next)) === undefined) break;
  }
  return session.close(settled() ? session.samples.length : plan.length);
}

/** Round by round, each case in turn, so that every case has told something early on. */
function planOf(cases: readonly string[], samples: number): { caseId: string; index: number }[] {
  const rounds = Array.from({ length: samples }, (_, index) => index + 1);
  return rounds.flatMap((index) => cases.map((caseId) => ({ caseId, index })));
}
