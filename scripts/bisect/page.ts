/** What a bisection says: the commit, what was seen on both sides of it, and the range as a plot. Pure. */
import { largest } from '../lib/numbers.ts';
import { lines, oneLine } from '../lib/plain.ts';
import { plural } from '../lib/units.ts';
import type { Block, Fact } from '../page/blocks.ts';
import { isTested } from './commits.ts';
import { rangePlot } from './plot.ts';
import type { BisectReport, Side, Suspect } from './report.ts';
import { checkWords, countsOf, duration, guardWords, percent, short } from './words.ts';

/** Commits that a plot shows at most, the likeliest and the tested ones: on a page, and where lines are read. */
const [MOST_ON_PAGE, MOST_LINES] = [80, 24];
const SIDES = ['before', 'after'] as const;

/** All but the headline, `headline` of `words.ts`. */
export function blocksOf(report: BisectReport): Block[] {
  const { suspects, checks, commits, metric } = report;
  const most = largest(commits.flatMap(({ values }) => values));
  const scale = metric === undefined ? undefined : { name: metric.name, cut: metric.cut, most };
  return [
    { kind: 'group', title: 'The commit', blocks: suspects.flatMap(suspectBlocks) },
    {
      kind: 'bullets',
      title: 'Could also be:',
      items: suspects.slice(1).map(({ id, message }) => `${short(id)} ${message.split('\n')[0] ?? ''}`),
      only: ['text', 'markdown'],
    },
    ...sideBlocks(report),
    {
      kind: 'group',
      title: 'The range',
      blocks: [
        { ...rangePlot(commits, MOST_LINES, scale), only: ['text', 'markdown'] },
        { ...rangePlot(commits, MOST_ON_PAGE, scale), only: ['html'] },
      ],
    },
    { kind: 'group', title: 'What was seen', blocks: [testedTable(report)], only: ['html'] },
    {
      kind: 'group',
      title: 'The causal check',
      blocks: [
        {
          kind: 'facts',
          items: checks.map((check) => ({ name: 'check', value: checkWords(check, report) })),
        },
      ],
    },
    {
      kind: 'sentences',
      items: [effortOf(report).join(' · '), guardWords(report) ?? ''].filter((text) => text !== ''),
      only: ['text', 'markdown'],
    },
  ];
}

/** What it took. */
export function effortOf({ candidates, steps, builds, samples, seconds }: BisectReport): string[] {
  return [
    `${plural(candidates, 'commit')} in the range`,
    ...[plural(steps, 'step'), plural(builds, 'build'), plural(samples, 'sample'), duration(seconds)],
  ];
}

/** Lines have the first in full, and the others by their names. */
function suspectBlocks(suspect: Suspect, at: number): Block[] {
  const { id, message, author, authorDate, pullRequest, mergedBy, probability } = suspect;
  const merged = mergedBy === undefined ? '' : `, merged by ${short(mergedBy)}`;
  const pull =
    pullRequest === undefined && mergedBy === undefined ? [] : [`${pullRequest ?? 'unknown'}${merged}`];
  const brief: Fact[] = [
    { name: 'commit', value: id },
    { name: 'author', value: `${oneLine(author)}, ${authorDate}` },
    ...pull.map((value) => ({ name: 'pull', value })),
  ];
  const whole: Fact[] = [
    { name: 'Commit', value: { code: id } },
    { name: 'Author', value: `${author}, ${authorDate}` },
    ...(pullRequest === undefined ? [] : [{ name: 'Pull request', value: pullRequest }]),
    ...(mergedBy === undefined ? [] : [{ name: 'Merged by', value: { code: mergedBy } }]),
    { name: 'Probability', value: percent(probability) },
  ];
  const first = at === 0;
  return [
    { kind: 'facts', items: brief, only: first ? ['text'] : [] },
    { kind: 'facts', items: whole, only: first ? ['markdown', 'html'] : ['html'] },
    { kind: 'quote', lines: lines(message), only: first ? undefined : ['html'] },
  ];
}

function sideBlocks({ sides, metric }: BisectReport): Block[] {
  if (sides === undefined) return [];
  const facts = SIDES.flatMap((name): Fact[] => {
    const { example } = sides[name];
    return [
      { name, value: `bad ${rateText(sides[name])}` },
      ...(example === undefined ? [] : [{ name: '', value: example }]),
    ];
  });
  const cut =
    metric?.cut === undefined
      ? []
      : [
          {
            name: 'metric',
            value: `${metric.name}: the new behaviour is ${metric.cut.side} ${metric.cut.at}`,
          },
        ];
  const rows = SIDES.map((name) => {
    const { bad, total, interval, example } = sides[name];
    const seen = example === undefined ? '' : { code: example };
    return [name, `${bad} of ${total}`, `${percent(interval.low)} to ${percent(interval.high)}`, seen];
  });
  return [
    { kind: 'facts', items: [...facts, ...cut], only: ['text'] },
    {
      kind: 'group',
      title: 'Before and after',
      blocks: [
        {
          kind: 'table',
          title: 'Were it the commit',
          header: ['side', 'bad', '95% interval', 'such as'],
          rows,
        },
        { kind: 'facts', items: cut },
      ],
      only: ['markdown', 'html'],
    },
  ];
}

const rateText = ({ bad, total, interval }: Side): string =>
  `${bad} of ${total} (95% interval ${percent(interval.low)} to ${percent(interval.high)})`;

function testedTable({ commits }: BisectReport): Block {
  return {
    kind: 'table',
    title: 'Every commit that was tested or skipped',
    header: ['commit', 'seen', 'probability of the new behaviour', 'subject'],
    rows: commits
      .filter(isTested)
      .map((row) => [{ code: short(row.id) }, countsOf(row), percent(row.probabilityOfNew), row.subject]),
  };
}
