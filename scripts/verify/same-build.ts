/** A/A: both arms are the same build. What differs between them then is chance, or an error of this tool. Pure. */
import { COMPONENTS } from '../components/index.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Cell } from '../scenario/types.ts';
import type { Arms } from './types.ts';

export const SAME_BUILD =
  'A/A: both arms are the same build. A difference that is found here is an error of the tool, not of what it tests.';

/** An axis of its own, which tells cells apart that run the same. */
const ARM = 'arm';

export function namedArm(cell: Cell, arm: string): Cell {
  return { ...cell, id: `${cell.id},${ARM}=${arm}`, axes: { ...cell.axes, [ARM]: arm }, expect: undefined };
}

/** Arms that are one cell get names of their own; any others stay as they are. */
export function toldApart(arms: Arms): Arms {
  if (arms.baseline.id !== arms.candidate.id) return arms;
  return {
    ...arms,
    baseline: namedArm(arms.baseline, 'baseline'),
    candidate: namedArm(arms.candidate, 'candidate'),
  };
}

/** Results of both arms, pair by pair: whether all of them ran, with the same bytes under the same conditions. */
export function isSameBuild(pairs: readonly (readonly (ReportCell | undefined)[])[]): boolean {
  return (
    pairs.length > 0 &&
    pairs.every(([baseline, candidate]) => {
      if (baseline === undefined || candidate === undefined) return false;
      // Of a cell that was skipped before it was resolved nothing is known.
      if (Object.keys(baseline.artifacts).length === 0) return false;
      return contentOf(baseline) === contentOf(candidate);
    })
  );
}

/** Axes that name a component say no more than its digest does. */
function contentOf({ axes, params, artifacts }: ReportCell): string {
  const conditions = Object.entries(axes).filter(([axis]) => axis !== ARM && !COMPONENTS.includes(axis));
  const digests = Object.entries(artifacts).map(([component, { sha256 }]) => [component, sha256]);
  return JSON.stringify([conditions.sort(), Object.entries(params).sort(), digests.sort()]);
}
