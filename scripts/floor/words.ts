/** Memory floors in words. Pure. */
import { oneLine } from '../lib/plain.ts';
import { formatShare, plural } from '../lib/units.ts';
import type { Floor, Floors } from './types.ts';

const MI = 1024 ** 2;

/** A limit as scenarios and Kubernetes write it, exactly: `14.75Mi`. */
export function limitText(bytes: number): string {
  return `${Number((bytes / MI).toFixed(6))}Mi`;
}

/** What was asked, and how sure the answers are. */
export function terms({ from, to, step, rate, confidence, budget }: Floors): string {
  return (
    `Floor: the smallest limit at which fewer than ${formatShare(rate)} of the starts fail. Interval: at its lower end more ` +
    `do, at the floor fewer; both at ${formatShare(confidence)} confidence together. Limits from ${limitText(from)} to ` +
    `${limitText(to)} in steps of ${limitText(step)}, at most ${plural(budget, 'sample')} a case.`
  );
}

/** What the table can't say: why there is no floor, and how the largest limit that failed did. */
export function remarks({ floors, rate }: Floors): string[] {
  return floors.flatMap((one) => {
    const where = `${pointOf(one)} · ${one.case}`;
    const why =
      one.why === undefined
        ? []
        : [
            `${where}: ${one.certified === undefined ? 'no floor' : 'the floor may be lower, the interval narrower'}: ${one.why}`,
          ];
    const share = one.tried.find(({ limit }) => limit === one.failedAt);
    const failure =
      one.failedAt === undefined || share === undefined || one.failure === undefined
        ? []
        : [
            `${where}: failed in ${share.failed} of ${share.total} at ${limitText(one.failedAt)}: ${oneLine(one.failure)}`,
          ];
    const certified = one.tried.find(({ limit }) => limit === one.certified);
    const clean =
      certified === undefined
        ? []
        : [
            `${where}: clean in ${certified.total - certified.failed} of ${certified.total} at the floor: under ${formatShare(rate)}`,
          ];
    return [...why, ...clean, ...failure];
  });
}

export const pointOf = ({ cell }: Floor): string => cell.slice(cell.indexOf('/') + 1) || cell;
