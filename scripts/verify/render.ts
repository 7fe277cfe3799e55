/** A verification as a summary for an upgrade ticket (Markdown), and for a terminal. */
import { inert } from '../report/markdown.ts';
import { plural, wrap } from '../report/text.ts';
import { overall, shown } from './compare.ts';
import type { Answer, Comparison, Quantity, Verification } from './types.ts';

const SIGNS: Readonly<Record<Answer, string>> = { safe: '✔', regressed: '✘', inconclusive: '○' };
const QUANTITIES: readonly Quantity[] = ['failures', 'memory', 'time'];

/** What was asked, and how sure the answers are. */
function terms({ confidence, tolerance, budget, seed, order }: Verification): string {
  const allowed = QUANTITIES.map((one) => `${one} ${shown(tolerance[one], one)}`).join(', ');
  return (
    `Tolerated: ${allowed}. Confidence ${Number((confidence * 100).toFixed(4))}%, over all comparisons (Holm) and all ` +
    `looks. Both arms side by side, one sample at a time, in random order (seed ${seed}): ` +
    `${plural(order.length, 'sample')}, at most ${plural(budget, 'pair')} a case.`
  );
}

/** One answer a quantity, over all cases. */
function byQuantity({
  comparisons,
}: Verification): { quantity: Quantity; answer: Answer; worst: Comparison }[] {
  return QUANTITIES.flatMap((quantity) => {
    const own = comparisons.filter((one) => one.quantity === quantity);
    const answer = overall(own.map((one) => one.answer));
    const worst = own.find((one) => one.answer === answer);
    return worst === undefined ? [] : [{ quantity, answer, worst }];
  });
}

export function renderMarkdown(verification: Verification): string {
  const { scenario, title, baseline, candidate, answer, comparisons, gaps } = verification;
  const rows = comparisons.map((one) =>
    [
      inert([one.arms, one.case].filter((part) => part !== '').join(' · ')),
      one.metric === undefined ? one.quantity : `${one.quantity} (${inert(one.metric)})`,
      `${SIGNS[one.answer]} ${one.answer === 'safe' ? one.answer : `**${one.answer}**`}`,
      `${shown(one.change.estimate, one.quantity)} (${shown(one.change.low, one.quantity)} to ${shown(one.change.high, one.quantity)})`,
      inert(one.because),
    ].join(' | '),
  );
  const methods = [...new Set(comparisons.map(({ quantity, method }) => `${quantity}: ${method}`))];
  const blocks = [
    `### ${SIGNS[answer]} ${inert(baseline)} → ${inert(candidate)}: ${answer}`,
    `${inert(scenario)}: ${inert(title)}`,
    byQuantity(verification)
      .map(({ quantity, answer: one, worst }) => `- **${quantity}: ${one}**. ${inert(worst.because)}`)
      .join('\n'),
    ['where | what | answer | change | because', '--- | --- | --- | --- | ---', ...rows]
      .map((row) => `| ${row} |`)
      .join('\n'),
    gaps.length === 0 ? '' : `Not compared:\n\n${gaps.map((gap) => `- ${inert(gap)}`).join('\n')}`,
    `${terms(verification)} ${methods.map(inert).join('; ')}.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

export function renderText(verification: Verification, width: number): string {
  const { scenario, title, baseline, candidate, answer, comparisons, gaps } = verification;
  const lines = [
    ...wrap(`${scenario}: ${title}`, width),
    ...wrap(terms(verification), width),
    '',
    ...comparisons.flatMap((one) => {
      const where = [one.arms, one.case].filter((part) => part !== '').join(' · ');
      const [first = '', ...more] = wrap(
        `${one.quantity} in ${where}: ${one.answer}: ${one.because}`,
        width - 4,
      );
      return [`  ${SIGNS[one.answer]} ${first}`, ...more.map((line) => `    ${line}`)];
    }),
    ...(gaps.length === 0 ? [] : ['', 'not compared:', ...gaps.flatMap((gap) => wrap(`- ${gap}`, width))]),
    '',
    ...byQuantity(verification).map(
      ({ quantity, answer: one }) => `${quantity.padEnd(9)} ${SIGNS[one]} ${one}`,
    ),
    `${SIGNS[answer]} ${baseline} → ${candidate}: ${answer}`,
  ];
  return `${lines.join('\n')}\n`;
}
