/** The answer in sentences. Pure. */
import { phrase } from '../report/describe.ts';
import { points, pointsText, pText, shiftText } from '../report/effect-words.ts';
import type { AxisFinding, Interaction, Role } from './types.ts';

export function axisWords(
  finding: Pick<AxisFinding, 'axis' | 'from' | 'to' | 'rate' | 'p' | 'metric' | 'pairs'>,
  role: Role,
  level: number,
): string {
  const { axis, from, to, rate, p, metric, pairs } = finding;
  const change = `${phrase(axis, from)} → ${phrase(axis, to)}`;
  const moved =
    rate.estimate === undefined
      ? `no pair of ${pairs} tells a difference of rates`
      : `${points(rate.estimate)} points (${pointsText(rate)}, ${pText(p)})`;
  const measured =
    metric === undefined
      ? ''
      : metric.p <= level
        ? `; it moves ${shiftText(metric)}${rateless(role)}`
        : `; ${metric.name} doesn't move (${pText(metric.p)})`;
  const said = {
    decides: 'decides: the failure comes and goes with it',
    rate: 'changes how often it fails',
    cleared: 'is cleared: it accounts for less than half of the difference between both cells',
    open: 'is open: neither a difference, nor that there is none, is shown',
  }[role];
  return `${change} ${said}: ${moved}${measured}`;
}

/** Where pass and fail are too few to tell, a metric may settle it. */
const rateless = (role: Role): string =>
  role === 'open' ? ', which settles what pass and fail could not' : '';

const list = (all: readonly string[]) =>
  all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;

/** What is not asked about. */
export const tiedWords = (tied: readonly string[]): string[] =>
  tied.length === 0
    ? []
    : [
        `${list(tied)} can't be changed one at a time here and stay as in the failing cell; ` +
          'name a cell with --pass to ask about them, too.',
      ];

/** The whole answer, a sentence each. */
export function answerWords(
  axes: readonly AxisFinding[],
  interactions: readonly Interaction[],
  cause: readonly string[] | undefined,
  /** The passing cell fails as well, only less often. */
  rarely = false,
): string[] {
  const name = ({ axis, to }: AxisFinding) => phrase(axis, to);
  const of = (role: Role) => axes.filter((one) => one.role === role);
  const words: string[] = [];
  if (axes.length > 1) {
    words.push(`${list(axes.map(({ axis }) => axis))} all differ between the two cells; separated:`);
  }
  if (cause !== undefined) {
    const found = axes.filter(({ axis }) => cause.includes(axis));
    const fail = rarely ? 'fail about as often as the other' : 'fail';
    words.push(`the smallest change that makes the passing cell ${fail} is ${list(found.map(name))}.`);
  }
  for (const { because } of axes) words.push(`${because}.`);
  for (const { because } of interactions) words.push(`${because}.`);
  const decisive = [...of('decides'), ...of('rate')];
  const cleared = of('cleared');
  if (decisive.length > 0) {
    const clear = cleared.length > 0 ? `; ${list(cleared.map(({ axis }) => axis))} cleared` : '';
    const open = of('open').length > 0 ? `; ${list(of('open').map(({ axis }) => axis))} open` : '';
    words.push(`Named: ${list(decisive.map(({ axis }) => axis))}${clear}${open}.`);
  }
  return words;
}
