/** A verification as a summary for an upgrade ticket (Markdown), and for a terminal. */
import { formatShare } from '../lib/units.ts';
import { document, list, markdownTable } from '../report/markdown-parts.ts';
import { type Markdown, markdown } from '../report/markup.ts';
import { plural, textOf, wrap } from '../report/text.ts';
import { overall } from './compare.ts';
import { SAME_BUILD } from './same-build.ts';
import type { Answer, Comparison, Quantity, Verification } from './types.ts';
import { shown } from './words.ts';

export const SIGNS: Readonly<Record<Answer, string>> = { safe: '✔', regressed: '✘', inconclusive: '○' };
const QUANTITIES: readonly Quantity[] = ['failures', 'memory', 'floor', 'time'];
const TOLERATED = ['failures', 'memory', 'time'] as const;

/** What was asked, and how sure the answers are. */
export function terms({ confidence, tolerance, budget, seed, order }: Verification): string {
  const allowed = TOLERATED.map((one) => `${one} ${shown(tolerance[one], one)}`).join(', ');
  return (
    `Tolerated: ${allowed}. Confidence ${formatShare(confidence)}, over all comparisons (Holm) and all ` +
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

/** What each arm is, a line each. */
export const armLines = ({
  baseline,
  candidate,
  builds,
  sameBuild,
}: Pick<Verification, 'baseline' | 'candidate' | 'builds' | 'sameBuild'>): string[] => [
  ...(sameBuild ? [SAME_BUILD] : []),
  `baseline ${baseline}: ${partsText(builds.baseline)}`,
  `candidate ${candidate}: ${partsText(builds.candidate)}`,
];

/** What was compared with what, a line each. */
export function settings(verification: Verification): string[] {
  const { everywhere } = places(verification);
  const { common } = verification;
  return [
    ...armLines(verification),
    `both: ${[...(everywhere === '' ? [] : [everywhere]), ...common].join('; ')}`,
  ];
}

/** Column of the answer. */
const ANSWER = 2;
export const HEADER = ['where', 'what', 'answer', 'change', 'because'];

/** A row a comparison, as plain text. */
export function rowsOf(verification: Verification): string[][] {
  const { where } = places(verification);
  return verification.comparisons.map((one) => {
    const [estimate, low, high] = [one.change.estimate, one.change.low, one.change.high].map((value) =>
      shown(value, one.quantity),
    );
    return [
      where(one),
      one.metric === undefined ? one.quantity : `${one.quantity} (${one.metric})`,
      `${SIGNS[one.answer]} ${one.answer}`,
      `${estimate} (${low} to ${high})`,
      one.because,
    ];
  });
}

export function renderMarkdown(verification: Verification): string {
  const { scenario, title, baseline, candidate, answer, comparisons, gaps, notes } = verification;
  const rows = rowsOf(verification).map((row, at) => {
    const own = comparisons[at]?.answer ?? 'inconclusive';
    const bold = own === 'safe' ? markdown`safe` : markdown`**${own}**`;
    return row.map((text, column) => (column === ANSWER ? markdown`${SIGNS[own]} ${bold}` : text));
  });
  const methods = [...new Set(comparisons.map(({ quantity, method }) => `${quantity}: ${method}`))];
  return document([
    markdown`### ${SIGNS[answer]} ${baseline} → ${candidate}: ${answer}`,
    markdown`${scenario}: ${title}`,
    list(
      byQuantity(verification).map(
        ({ quantity, answer: one, worst }) => markdown`**${quantity}: ${one}**. ${worst.because}`,
      ),
    ),
    markdownTable(HEADER, rows),
    listed('Not compared, and so nothing is safe:', gaps),
    listed('Nothing to compare with:', notes),
    list(settings(verification)),
    markdown`${terms(verification)} ${methods.join('; ')}.`,
  ]);
}

const listed = (title: string, all: readonly string[]): Markdown =>
  all.length === 0 ? markdown`` : markdown`${title}\n\n${list(all)}`;

export function renderText(verification: Verification, width: number): string {
  const { scenario, title, baseline, candidate, answer, comparisons, gaps, notes } = verification;
  const { where } = places(verification);
  const lines = [
    ...wrap(`${scenario}: ${title}`, width),
    ...wrap(terms(verification), width),
    ...settings(verification).flatMap((line) => wrap(line, width)),
    '',
    ...comparisons.flatMap((one) => {
      const [first = '', ...more] = wrap(
        `${one.quantity} in ${where(one)}: ${one.answer}: ${one.because}`,
        width - 4,
      );
      return [`  ${SIGNS[one.answer]} ${first}`, ...more.map((line) => `    ${line}`)];
    }),
    ...(gaps.length === 0 ? [] : ['', 'not compared:', ...gaps.flatMap((gap) => wrap(`- ${gap}`, width))]),
    ...(notes.length === 0
      ? []
      : ['', 'nothing to compare with:', ...notes.flatMap((note) => wrap(`- ${note}`, width))]),
    '',
    ...byQuantity(verification).map(
      ({ quantity, answer: one }) => `${quantity.padEnd(9)} ${SIGNS[one]} ${one}`,
    ),
    `${SIGNS[answer]} ${baseline} → ${candidate}: ${answer}`,
  ];
  return textOf(lines);
}
