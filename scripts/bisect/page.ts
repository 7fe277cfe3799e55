/** A bisection's report as one page that needs nothing but itself: the range as a plot. Pure. */
import { largest } from '../lib/numbers.ts';
import { bullets, pageHtml, quoted, section, stacked, table } from '../report/html-parts.ts';
import { type Html, html } from '../report/markup.ts';
import { lines, plural } from '../report/text.ts';
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
    `${component} ${old.revision} to ${recent.revision}`,
    ...[plural(candidates, 'commit'), plural(steps, 'step'), plural(builds, 'build')],
    ...[plural(samples, 'sample'), duration(seconds)],
  ];
  const guard = guardWords(report);
  const sections = [
    section('commit', found ? 'The commit' : '', stacked(report.suspects.map(suspectHtml))),
    section('sides', 'Before and after', sidesHtml(report)),
    section('range', 'The range', plotHtml(report)),
    section('tested', 'What was seen', testedHtml(report)),
    section(
      'check',
      'The causal check',
      bullets(
        report.checks.map((check) => checkWords(check, report)),
        'refs',
      ),
    ),
  ];
  const header = html`<p class="eyebrow">repro bisect · <code>${scenario}</code></p>
<h1>${headline(report)}</h1>
${bullets(facts, 'facts')}
${guard !== undefined && html`<p class="note">${guard}</p>`}`;
  return pageHtml({ title: `${scenario}: ${headline(report)}`, header, main: stacked(sections) });
}

function suspectHtml({ id, message, author, authorDate, pullRequest, mergedBy, probability }: Suspect): Html {
  const facts = {
    Commit: html`<code>${id}</code>`,
    Author: `${author}, ${authorDate}`,
    'Pull request': pullRequest,
    'Merged by': mergedBy === undefined ? undefined : html`<code>${mergedBy}</code>`,
    Probability: percent(probability),
  };
  const rows = Object.entries(facts).filter(([, text]) => text !== undefined);
  const items = rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`);
  return html`<dl>${items}</dl>${quoted(lines(message))}`;
}

function sidesHtml({ sides }: BisectReport): Html {
  if (sides === undefined) return html``;
  const rows = (['before', 'after'] as const).map((name) => {
    const { bad, of, interval, example } = sides[name];
    const shown = example === undefined ? '' : html`<code>${example}</code>`;
    return [name, `${bad} of ${of}`, `${percent(interval.low)} to ${percent(interval.high)}`, shown];
  });
  return table('Were it the commit', ['side', 'bad', '95% interval', 'such as'], rows);
}

/** A row a commit: left, how probably it is the culprit; right, its metric, or its rate of failures with the interval. */
function plotHtml(report: BisectReport): Html {
  const all = report.commits.flatMap(({ values }) => values);
  const { metric } = report;
  const scale = metric === undefined ? undefined : { most: Math.max(largest(all), 0) || 1, cut: metric.cut };
  const right = metric === undefined ? 'share of bad samples, 95% interval' : metric.name;
  const end = scale === undefined ? '100%' : String(Number(scale.most.toPrecision(4)));
  const axis = svg('What the columns show', 18, [
    html`<text x="0" y="12">culprit: 0 to 100%</text>`,
    html`<text x="${SEEN_BEGIN}%" y="12">${right}: 0</text><text x="100%" y="12" text-anchor="end">${end}</text>`,
  ]);
  const rows = excerpt(report.commits, MOST).map((row) => {
    const name = 'hidden' in row ? `${row.hidden} more` : html`<code>${short(row.id)}</code> ${row.subject}`;
    const seen = 'hidden' in row ? '' : countsOf(row);
    const marks = 'hidden' in row ? [] : scale === undefined ? rateMarks(row) : valueMarks(row, scale);
    const title = `${percent(row.probability)}${seen === '' ? '' : `, ${seen}`}`;
    const plot = svg(title, HEIGHT, [beliefBar(row.probability), ...marks]);
    return html`<div class="row"><div class="name">${name}</div>${plot}<div class="numbers"><span>${percent(row.probability)}</span> ${seen}</div></div>`;
  });
  return html`<figure><figcaption>Newest first; how probably each commit is the culprit, and what its samples showed</figcaption>
<div class="row head"><div class="name"></div>${axis}<div class="numbers"></div></div>
${stacked(rows)}
</figure>`;
}

function beliefBar(probability: number): Html {
  const width = Number((probability * BELIEF_END).toFixed(3));
  return html`<line class="tick" x1="0" x2="${BELIEF_END}%" y1="${HEIGHT - 5}" y2="${HEIGHT - 5}"/><rect class="box" x="0" y="5" width="${width}%" height="${HEIGHT - 10}"/>`;
}

const at = (share: number) => `${Number((SEEN_BEGIN + Math.min(1, share) * (99 - SEEN_BEGIN)).toFixed(3))}%`;

function rateMarks({ bad, good }: CommitRow): Html[] {
  if (bad + good === 0) return [];
  const { low, high } = clopperPearson(bad, bad + good);
  const kind = bad > 0 ? 'bad' : 'good';
  return [
    html`<line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>`,
    html`<circle class="point ${kind}" cx="${at(bad / (bad + good))}" cy="${HEIGHT / 2}" r="4"/>`,
  ];
}

/** The dashed line is where old and new are told apart. */
function valueMarks(
  { values, bad }: CommitRow,
  { most, cut }: { readonly most: number; readonly cut: Cut | undefined },
): Html[] {
  const kind = bad > 0 ? 'bad' : 'good';
  const x = cut === undefined ? '' : at(cut.at / most);
  return [
    ...(cut === undefined ? [] : [html`<line class="limit" x1="${x}" x2="${x}" y1="0" y2="${HEIGHT}"/>`]),
    ...values.map(
      (value) => html`<circle class="point ${kind}" cx="${at(value / most)}" cy="${HEIGHT / 2}" r="3"/>`,
    ),
  ];
}

function svg(title: string, height: number, body: readonly Html[]): Html {
  return html`<svg role="img" aria-label="${title}" width="100%" height="${height}"><title>${title}</title>${body}</svg>`;
}

function testedHtml({ commits }: BisectReport): Html {
  const rows = commits
    .filter(isTested)
    .map((row) => [
      html`<code>${short(row.id)}</code>`,
      countsOf(row),
      percent(row.probabilityOfNew),
      row.subject,
    ]);
  const header = ['commit', 'seen', 'probability of the new behaviour', 'subject'];
  return rows.length === 0 ? html`` : table('Every commit that was tested or skipped', header, rows);
}
