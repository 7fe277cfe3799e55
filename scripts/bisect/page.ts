/** A bisection's report as one page that needs nothing but itself: the range as a plot. Pure. */
import { bullets, section, table } from '../report/html-parts.ts';
import { STYLE } from '../report/html-style.ts';
import { escapeHtml as h, plural } from '../report/text.ts';
import { clopperPearson } from '../verdict/statistics.ts';
import { type CommitRow, excerpt, isTested } from './commits.ts';
import type { Cut } from './metric.ts';
import type { BisectReport, Suspect } from './report.ts';
import { checkWords, countsOf, duration, guardWords, headline, percent, short } from './words.ts';

/** Commits that the plot shows at most. */
const MOST = 80;
/** Per cent of the plot's width: where the belief ends, and where what was seen begins. */
const [BELIEF_END, SEEN_BEGIN] = [42, 50];
const HEIGHT = 26;

export function renderPage(report: BisectReport): string {
  const { scenario, component, old, new: recent, candidates, steps, builds, samples, seconds } = report;
  const found = report.outcome === 'found';
  const facts = [
    `${h(component)} ${h(old.revision)} to ${h(recent.revision)}`,
    ...[plural(candidates, 'commit'), plural(steps, 'step'), plural(builds, 'build')],
    ...[plural(samples, 'sample'), duration(seconds)],
  ];
  const guard = guardWords(report);
  const sections = [
    section('commit', found ? 'The commit' : '', report.suspects.map(suspectHtml).join('\n')),
    section('sides', 'Before and after', sidesHtml(report)),
    section('range', 'The range', plotHtml(report)),
    section('tested', 'What was seen', testedHtml(report)),
    section(
      'check',
      'The causal check',
      bullets(
        report.checks.map((check) => h(checkWords(check, report))),
        'refs',
      ),
    ),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${h(`${scenario}: ${headline(report)}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="eyebrow">repro bisect · <code>${h(scenario)}</code></p>
<h1>${h(headline(report))}</h1>
${bullets(facts, 'facts')}
${guard === undefined ? '' : `<p class="note">${h(guard)}</p>`}
</header>
<main>
${sections.filter((text) => text !== '').join('\n')}
</main>
</body>
</html>
`;
}

function suspectHtml({
  id,
  message,
  author,
  authorDate,
  pullRequest,
  mergedBy,
  probability,
}: Suspect): string {
  const facts = {
    Commit: `<code>${h(id)}</code>`,
    Author: `${h(author)}, ${h(authorDate)}`,
    'Pull request': pullRequest === undefined ? '' : h(pullRequest),
    'Merged by': mergedBy === undefined ? '' : `<code>${h(mergedBy)}</code>`,
    Probability: percent(probability),
  };
  const rows = Object.entries(facts).filter(([, text]) => text !== '');
  const lines = message.split('\n').map((line) => h(line));
  return `<dl>${rows.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('')}</dl><pre>${lines.join('\n')}</pre>`;
}

function sidesHtml({ sides }: BisectReport): string {
  if (sides === undefined) return '';
  const rows = (['before', 'after'] as const).map((name) => {
    const { bad, of, interval, example } = sides[name];
    const shown = example === undefined ? '' : `<code>${h(example)}</code>`;
    return [name, `${bad} of ${of}`, `${percent(interval.low)} to ${percent(interval.high)}`, shown];
  });
  return table('Were it the commit', ['side', 'bad', '95% interval', 'such as'], rows);
}

/** A row a commit: left, how probably it is the culprit; right, its metric, or its rate of failures with the interval. */
function plotHtml(report: BisectReport): string {
  const all = report.commits.flatMap(({ values }) => values);
  const { metric } = report;
  const scale = metric === undefined ? undefined : { most: Math.max(...all, 0) || 1, cut: metric.cut };
  const right = metric === undefined ? 'share of bad samples, 95% interval' : h(metric.name);
  const end = scale === undefined ? '100%' : String(Number(scale.most.toPrecision(4)));
  const axis = svg('What the columns show', 18, [
    `<text x="0" y="12">culprit: 0 to 100%</text>`,
    `<text x="${SEEN_BEGIN}%" y="12">${right}: 0</text><text x="100%" y="12" text-anchor="end">${h(end)}</text>`,
  ]);
  const rows = excerpt(report.commits, MOST).map((row) => {
    const name = 'hidden' in row ? `${row.hidden} more` : `<code>${short(row.id)}</code> ${h(row.subject)}`;
    const seen = 'hidden' in row ? '' : h(countsOf(row));
    const marks = 'hidden' in row ? [] : scale === undefined ? rateMarks(row) : valueMarks(row, scale);
    const title = `${percent(row.probability)}${seen === '' ? '' : `, ${seen}`}`;
    const plot = svg(title, HEIGHT, [beliefBar(row.probability), ...marks]);
    return `<div class="row"><div class="name">${name}</div>${plot}<div class="numbers"><span>${percent(row.probability)}</span> ${seen}</div></div>`;
  });
  return `<figure><figcaption>Newest first; how probably each commit is the culprit, and what its samples showed</figcaption>
<div class="row head"><div class="name"></div>${axis}<div class="numbers"></div></div>
${rows.join('\n')}
</figure>`;
}

function beliefBar(probability: number): string {
  const width = Number((probability * BELIEF_END).toFixed(3));
  return `<line class="tick" x1="0" x2="${BELIEF_END}%" y1="${HEIGHT - 5}" y2="${HEIGHT - 5}"/><rect class="box" x="0" y="5" width="${width}%" height="${HEIGHT - 10}"/>`;
}

const at = (share: number) => `${Number((SEEN_BEGIN + Math.min(1, share) * (99 - SEEN_BEGIN)).toFixed(3))}%`;

function rateMarks({ bad, good }: CommitRow): string[] {
  if (bad + good === 0) return [];
  const { low, high } = clopperPearson(bad, bad + good);
  const kind = bad > 0 ? 'bad' : 'good';
  return [
    `<line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>`,
    `<circle class="point ${kind}" cx="${at(bad / (bad + good))}" cy="${HEIGHT / 2}" r="4"/>`,
  ];
}

/** The dashed line is where old and new are told apart. */
function valueMarks(
  { values, bad }: CommitRow,
  { most, cut }: { readonly most: number; readonly cut: Cut | undefined },
): string[] {
  const kind = bad > 0 ? 'bad' : 'good';
  const x = cut === undefined ? '' : at(cut.at / most);
  return [
    ...(cut === undefined ? [] : [`<line class="limit" x1="${x}" x2="${x}" y1="0" y2="${HEIGHT}"/>`]),
    ...values.map(
      (value) => `<circle class="point ${kind}" cx="${at(value / most)}" cy="${HEIGHT / 2}" r="3"/>`,
    ),
  ];
}

function svg(title: string, height: number, body: readonly string[]): string {
  return `<svg role="img" aria-label="${h(title)}" width="100%" height="${height}"><title>${h(title)}</title>${body.join('')}</svg>`;
}

function testedHtml({ commits }: BisectReport): string {
  const rows = commits
    .filter(isTested)
    .map((row) => [
      `<code>${short(row.id)}</code>`,
      h(countsOf(row)),
      percent(row.probabilityOfNew),
      h(row.subject),
    ]);
  const header = ['commit', 'seen', 'probability of the new behaviour', 'subject'];
  return rows.length === 0 ? '' : table('Every commit that was tested or skipped', header, rows);
}
