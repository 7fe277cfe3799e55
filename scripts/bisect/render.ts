/** A bisection's report as text, and the range with the belief as a bar a commit. Pure. */
import { alignRows, columnWidths, type TableRow } from '../report/table.ts';
import { clipped, lines, oneLine, plural, textOf, wrap } from '../report/text.ts';
import { type CommitRow, excerpt } from './commits.ts';
import type { BisectReport, Side, Suspect } from './report.ts';
import { checkWords, countsOf, duration, guardWords, headline, percent, short } from './words.ts';

/** Commits that a report shows at most, the likeliest and the tested ones. */
const MOST = 24;
const BAR = 12;

export function renderReport(report: BisectReport, width: number): string {
  const { suspects, sides, checks, candidates, steps, builds, samples, seconds } = report;
  const guard = guardWords(report);
  return textOf([
    ...wrap(headline(report), width),
    ...suspects.slice(0, 1).flatMap((suspect) => ['', ...describe(suspect)]),
    ...(suspects.length > 1 ? ['', ...others(report)] : []),
    ...(sides === undefined ? [] : ['', ...evidence(report)]),
    '',
    ...renderRange(report.commits, MOST, width),
    ...(checks.length === 0 ? [] : ['']),
    ...checks.map((check) => `check  ${checkWords(check, report)}`),
    '',
    [
      `${plural(candidates, 'commit')} in the range`,
      ...[plural(steps, 'step'), plural(builds, 'build'), plural(samples, 'sample'), duration(seconds)],
    ].join(' · '),
    ...(guard === undefined ? [] : wrap(guard, width)),
  ]);
}

/** A line a commit, newest first: how probably it is the culprit, as a bar, what was seen of it, its subject. */
export function renderRange(commits: readonly CommitRow[], most: number, width: number): string[] {
  const rows = excerpt(commits, most).map((row): TableRow => {
    const belief = [
      { text: row.probability === 0 ? '' : percent(row.probability), align: 'right' as const },
      { text: '█'.repeat(Math.round(row.probability * BAR)).padEnd(BAR, '·') },
    ];
    if ('hidden' in row) return [{ text: '⋮' }, ...belief, { text: '' }, { text: `${row.hidden} more` }];
    return [{ text: short(row.id) }, ...belief, { text: countsOf(row) }, { text: oneLine(row.subject) }];
  });
  const heading: TableRow = ['commit', '', 'culprit', 'seen', 'subject'].map((text) => ({ text }));
  const all = [heading, ...rows];
  return alignRows(all, columnWidths(all)).map((line) => clipped(line, width));
}

function describe({ id, message, author, authorDate, pullRequest, mergedBy }: Suspect): string[] {
  const merged = mergedBy === undefined ? '' : `, merged by ${short(mergedBy)}`;
  return [
    `commit  ${id}`,
    `author  ${oneLine(author)}, ${authorDate}`,
    ...(pullRequest === undefined && mergedBy === undefined
      ? []
      : [`pull    ${pullRequest ?? 'unknown'}${merged}`]),
    '',
    ...lines(message).map((line) => `    ${line}`),
  ];
}

function others({ suspects }: BisectReport): string[] {
  const rest = suspects
    .slice(1)
    .map(({ id, message }) => `  ${short(id)}  ${oneLine(message.split('\n')[0] ?? '')}`);
  return ['could also be', ...rest];
}

function evidence({ sides, metric }: BisectReport): string[] {
  if (sides === undefined) return [];
  const told = (['before', 'after'] as const).flatMap((name) => {
    const { bad, of, interval, example }: Side = sides[name];
    const rate = `bad ${bad} of ${of} (95% interval ${percent(interval.low)} to ${percent(interval.high)})`;
    return [`${name.padEnd(6)}  ${rate}`, ...(example === undefined ? [] : [`        ${oneLine(example)}`])];
  });
  if (metric?.cut === undefined) return told;
  return [...told, `metric  ${metric.name}: the new behaviour is ${metric.cut.side} ${metric.cut.at}`];
}
