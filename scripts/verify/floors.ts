/** How the memory floor of each case changed from the baseline to the candidate. Pure. */
import { cellsOf, LIMIT } from '../floor/cells.ts';
import { EXPECTS_KILLS } from '../floor/choose.ts';
import type { Floor } from '../floor/types.ts';
import { pointName } from '../scenario/matrix.ts';
import type { Cell } from '../scenario/types.ts';
import type { Answer, Arms, Comparison } from './types.ts';
import { explainFloor } from './words.ts';

/**
 * Both ends of each of two floors hold together, so that one comparison errs by its share of all `planned` alone
 * (Bonferroni).
 */
export function floorConfidence(confidence: number, planned: number): number {
  return 1 - (1 - confidence) / planned / 2;
}

export interface FloorComparisons {
  readonly comparisons: readonly Comparison[];
  /** Floors that there should be and are not. */
  readonly gaps: readonly string[];
}

/** The pairs without their memory limits, which have a floor each; none where the limit itself is what changes. */
export function floorArms(suite: string, pairs: readonly Arms[], budget: number): Arms[] {
  const found = new Map<string, Arms>();
  for (const { common, ...arms } of pairs) {
    const [baseline] = cellsOf(suite, [arms.baseline], budget);
    const [candidate] = cellsOf(suite, [arms.candidate], budget);
    if (baseline === undefined || candidate === undefined || baseline.id === candidate.id) continue;
    const { [LIMIT]: _limit, ...rest } = common;
    const name = pointName(rest);
    if (!found.has(name)) found.set(name, { name, common: rest, baseline, candidate });
  }
  return [...found.values()];
}

/** `arms`: as of `floorArms`. `tolerated`: bytes. */
export function compareFloors(
  arms: readonly Arms[],
  floors: readonly Floor[],
  cases: readonly string[],
  options: { readonly tolerated: number; readonly confidence: number },
): FloorComparisons {
  const comparisons: Comparison[] = [];
  const gaps: string[] = [];
  for (const { name, ...both } of arms) {
    for (const id of cases) {
      const of = ({ id: cell }: Cell) => floors.find((floor) => floor.cell === cell && floor.case === id);
      const [baseline, candidate] = [of(both.baseline), of(both.candidate)];
      if ([baseline, candidate].some((floor) => floor?.why === EXPECTS_KILLS)) continue;
      const one = baseline && candidate && compareTwo(name, baseline, candidate, options);
      if (one !== undefined) {
        comparisons.push(one);
      } else {
        const why = [baseline, candidate].find((floor) => floor?.certified === undefined)?.why;
        const where = [name, id].filter((part) => part !== '').join(' · ');
        gaps.push(`${where}: no memory floor: ${why ?? 'it was not searched'}`);
      }
    }
  }
  return { comparisons, gaps };
}

/** Undefined where a floor is missing, unless it is the candidate's and the largest limit is too small for it. */
function compareTwo(
  arms: string,
  baseline: Floor,
  candidate: Floor,
  { tolerated, confidence }: { readonly tolerated: number; readonly confidence: number },
): Comparison | undefined {
  if (baseline.certified === undefined) return undefined;
  const low = (candidate.unreliable ?? 0) - baseline.certified;
  const high =
    candidate.certified === undefined
      ? Number.POSITIVE_INFINITY
      : candidate.certified - (baseline.unreliable ?? 0);
  const answer: Answer = low >= tolerated ? 'regressed' : high <= tolerated ? 'safe' : 'inconclusive';
  if (candidate.certified === undefined && answer !== 'regressed') return undefined;
  const estimate = (candidate.certified ?? Number.POSITIVE_INFINITY) - baseline.certified;
  return {
    arms,
    case: candidate.case,
    quantity: 'floor',
    metric: undefined,
    baseline: summaryOf(baseline),
    candidate: summaryOf(candidate),
    change: { estimate, low, high },
    method: 'noisy binary search, its ends corrected for all comparisons (Bonferroni)',
    // All that is known of it: below the error that is allowed, or not.
    p: answer === 'regressed' ? 1 - confidence : 1,
    answer,
    because: explainFloor({ baseline, candidate, high, tolerated, answer, confidence }),
  };
}

function summaryOf({ tried, certified }: Floor): Comparison['baseline'] {
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return {
    n: sum(tried.map(({ total }) => total)),
    bad: sum(tried.map(({ failed }) => failed)),
    median: certified,
  };
}
