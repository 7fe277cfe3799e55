/** What a verification says: whether the upgrade is safe. Pure. */
import { formatShare, plural } from '../lib/units.ts';
import type { AnswerPage, Block, Judged, Settings, Tone } from '../page/blocks.ts';
import { overall } from './compare.ts';
import { SAME_BUILD } from './same-build.ts';
import type { Answer, ArmsSetting, Comparison, Quantity, Verification } from './types.ts';
import { shown } from './words.ts';

const TONES: Readonly<Record<Answer, Tone>> = { safe: 'good', regressed: 'bad', inconclusive: 'open' };
const QUANTITIES: readonly Quantity[] = ['failures', 'memory', 'floor', 'time'];
const TOLERATED = ['failures', 'memory', 'time'] as const;

const judged = (answer: Answer, text: string = answer): Judged => ({ tone: TONES[answer], text });

export function pageOf(verification: Verification): AnswerPage {
  const { scenario, title, baseline, candidate, answer, comparisons, gaps, notes } = verification;
  const { everywhere, where } = places(verification);
  const methods = [...new Set(comparisons.map(({ quantity, method }) => `${quantity}: ${method}`))];
  return {
    verb: 'verify',
    name: 'Is the upgrade safe',
    scenario,
    title,
    verdict: judged(answer, `${baseline} → ${candidate}: ${answer}`),
    answer: [{ kind: 'outcomes', items: byQuantity(comparisons) }],
    body: [
      ...comparisonBlocks(comparisons, where),
      { kind: 'bullets', title: 'Not compared, and so nothing is safe:', items: gaps },
      { kind: 'bullets', title: 'Nothing to compare with:', items: notes },
    ],
    setup: [
      armSettings(verification, [...(everywhere === '' ? [] : [everywhere]), ...verification.common]),
      { kind: 'note', text: terms(verification), only: ['text'] },
      { kind: 'note', text: `${terms(verification)} ${methods.join('; ')}.`, only: ['markdown', 'html'] },
    ],
  };
}

/** A row a comparison; on a terminal, which is too narrow for it, a sentence. */
function comparisonBlocks(
  comparisons: readonly Comparison[],
  where: (one: Comparison) => string,
): readonly Block[] {
  return [
    {
      kind: 'table',
      title: 'Every comparison',
      header: ['where', 'what', 'answer', 'change', 'because'],
      rows: comparisons.map((one) => [
        where(one),
        one.metric === undefined ? one.quantity : `${one.quantity} (${one.metric})`,
        judged(one.answer),
        changeText(one),
        one.because,
      ]),
      only: ['markdown', 'html'],
    },
    {
      kind: 'bullets',
      items: comparisons.map((one) =>
        judged(one.answer, `${one.quantity} in ${where(one)}: ${one.answer}: ${one.because}`),
      ),
      only: ['text'],
    },
  ];
}

function changeText({ change, quantity }: Comparison): string {
  const [estimate, low, high] = [change.estimate, change.low, change.high].map((value) =>
    shown(value, quantity),
  );
  return `${estimate} (${low} to ${high})`;
}

/** What was asked, and how sure the answers are. */
function terms({ confidence, tolerance, budget, seed, order }: Verification): string {
  const allowed = TOLERATED.map((one) => `${one} ${shown(tolerance[one], one)}`).join(', ');
  return (
    `Tolerated: ${allowed}. Confidence ${formatShare(confidence)}, over all comparisons (Holm) and all ` +
    `looks. Both arms side by side, one sample at a time, in random order (seed ${seed}): ` +
    `${plural(order.length, 'sample')}, at most ${plural(budget, 'pair')} a case.`
  );
}

/** One answer a quantity, over all cases. */
function byQuantity(comparisons: readonly Comparison[]) {
  return QUANTITIES.flatMap((quantity) => {
    const own = comparisons.filter((one) => one.quantity === quantity);
    const answer = overall(own.map((one) => one.answer));
    const worst = own.find((one) => one.answer === answer);
    return worst === undefined ? [] : [{ name: quantity, came: judged(answer), because: worst.because }];
  });
}

/** Axes that all comparisons have in common are said once, above them. */
function places({ comparisons }: Verification): {
  readonly everywhere: string;
  readonly where: (one: Comparison) => string;
} {
  const parts = ({ arms }: Comparison) => arms.split(/,(?=[^,=]+=)/).filter((part) => part !== '');
  const [first] = comparisons;
  const everywhere = (first === undefined ? [] : parts(first)).filter((part) =>
    comparisons.every((one) => parts(one).includes(part)),
  );
  return {
    everywhere: everywhere.join(', '),
    where: (one) => [...parts(one).filter((part) => !everywhere.includes(part)), one.case].join(' · '),
  };
}

/** What an arm has and the other hasn't. */
const partsText = (parts: readonly string[]): string =>
  parts.length === 0 ? 'no build of its own' : parts.join('; ');

/** What each arm is, and what both have in common. */
export function armSettings(
  answer: ArmsSetting & Pick<Verification, 'baseline' | 'candidate'>,
  common: readonly string[],
): Settings {
  const { baseline, candidate, builds, sameBuild } = answer;
  return {
    kind: 'settings',
    items: [
      ...(sameBuild ? [{ value: SAME_BUILD }] : []),
      { name: `baseline ${baseline}`, value: partsText(builds.baseline) },
      { name: `candidate ${candidate}`, value: partsText(builds.candidate) },
      { name: 'both', value: common.join('; ') },
    ],
  };
}
