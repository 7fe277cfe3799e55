/** All evidence of each cell, folded: open where a verdict is missing or unexpected, and what is bad among few. */
import { formatMs, formatValue } from '../lib/units.ts';
import type { ReportCell } from '../model/cell.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import type { Report } from '../model/report.ts';
import { systemText } from './describe.ts';
import { badByCase, isMatch, keyLine, unexpectedOf } from './findings.ts';
import {
  badge,
  bullets,
  expectation,
  type NamedCell,
  type Page,
  phaseTable,
  quoted,
  rate,
  stacked,
  table,
} from './html-parts.ts';
import { type Html, html, isSaid } from './markup.ts';
import { plural } from './text.ts';

/** Lines shown before the rest is folded. */
const OPEN_LINES = 3;
const FEW_CELLS = 6;
/** Samples, kills and events that a list of one cell shows, and columns of its samples. */
const MOST_ROWS = 300;
const MOST_METRICS = 30;

export const cellsHtml = (report: Report, page: Page): Html =>
  stacked(page.cells.map((named) => cellHtml(report, page, named)));

function cellHtml(report: Report, page: Page, { cell, label, anchor }: NamedCell): Html {
  const { verdict } = cell;
  const few = page.cells.length <= FEW_CELLS;
  const open = cell.expected?.met === false || verdict.kind === 'skip' || (verdict.kind === 'bad' && few);
  // The anchor stands within the details: browsers open them to show what a link leads to.
  const body = [
    sharedHtml(page, cell),
    verdict.reason === undefined ? html`` : html`<p class="note">${verdict.reason}</p>`,
    cell.expected?.why === undefined
      ? html``
      : html`<p class="muted">Expected ${cell.expected.verdict} because: ${cell.expected.why}</p>`,
    cases(cell),
    keyEvidence(report, cell),
    unexpectedMessages(cell),
    kills(report, cell),
    eventsHtml(cell),
    consoleHtml(cell),
    ran(cell),
    samples(cell),
    timing(cell),
    html`<p class="muted">Evidence: <code>${cell.dir}</code>${shownId(cell, label)}</p>`,
  ];
  return html`<details class="cell ${verdict.kind}" ${open && ' open'}><summary><h3>${label}</h3>${badge(cell)}<span>${rate(cell)}${rate(cell) !== '' && ' bad'}</span><span>${expectation(cell)}</span></summary>\n<div class="body"><a id="${anchor}"></a>${stacked(body)}</div></details>`;
}

function sharedHtml(page: Page, { sharedWith }: ReportCell): Html {
  const first = page.cells.find(({ cell }) => cell.id === sharedWith);
  if (first === undefined) return html``;
  return html`<p class="note">It ran nothing: it has the builds and settings of <a href="#${first.anchor}">${first.label}</a>, and so its result.</p>`;
}

const shownId = (cell: ReportCell, label: string): Html =>
  cell.id === label ? html`` : html`<br>Name: <code>${cell.id}</code>`;

/** Which cases were bad, where there are several. */
function cases(cell: ReportCell): Html {
  const all = badByCase(cell).map(({ id, bad, total }) => `${id} ${bad} of ${total} bad`);
  return all.length > 1 ? html`<p class="muted">${all.join(' · ')}</p>` : html``;
}

/** The key line where it isn't an OOM kill: those have a list of their own. */
function keyEvidence(report: Report, cell: ReportCell): Html {
  const found = keyLine(report, cell);
  if (found === undefined || found.from === 'kernel') return html``;
  const title = found.from === 'error' ? 'What the runtime said' : 'Why it is bad';
  const count = found.count > 1 ? ` (one of ${found.count})` : '';
  return html`<h4>${title}${count}</h4>${bullets([html`<span class="line">${found.line}</span>`], 'lines')}`;
}

function unexpectedMessages(cell: ReportCell): Html {
  const items = unexpectedOf(cell).map(
    ({ text, line, count }) =>
      html`<span class="tag">${text}, ${count} ×</span><span class="line">${line}</span>`,
  );
  return items.length === 0 ? html`` : html`<h4>Unexpected kernel messages</h4>${bullets(items, 'lines')}`;
}

function kills(report: Report, cell: ReportCell): Html {
  if (cell.oomKills.length === 0) return html``;
  const sorted = [...cell.oomKills].sort((a, b) => Number(isMatch(report, b)) - Number(isMatch(report, a)));
  const matching = cell.oomKills.filter((kill) => isMatch(report, kill)).length;
  const items = sorted.slice(0, MOST_ROWS).map((kill) => killHtml(kill, isMatch(report, kill)));
  const rest = items.slice(OPEN_LINES);
  const unseen = cell.oomKills.length - items.length;
  const cut = unseen > 0 && `, ${unseen} of them in report.json alone`;
  const more =
    rest.length === 0
      ? html``
      : html`<details><summary>${plural(rest.length, 'more OOM kill')}</summary><ul class="lines">${stacked(rest)}</ul></details>`;
  return html`<h4>OOM kills: ${cell.oomKills.length}, of which ${matching} ${matching === 1 ? 'is' : 'are'} the symptom${cut}</h4><ul class="lines">${stacked(items.slice(0, OPEN_LINES))}</ul>${more}`;
}

function killHtml(kill: AttributedOomKill, match: boolean): Html {
  const what = match ? '✘ the symptom' : kill.expected ? 'expected by the test' : 'not the symptom';
  const limit =
    kill.limitKiB === undefined ? undefined : `limit ${formatValue(kill.limitKiB * 1024, 'bytes')}`;
  const facts = [what, kill.sample ?? 'outside any sample', kill.memcg, limit].filter(
    (fact) => fact !== undefined,
  );
  return html`<li class="${match ? 'match' : 'other'}"><span class="tag">${facts.join(' · ')}</span><span class="line">${kill.line}</span></li>`;
}

function eventsHtml({ kernelEvents }: ReportCell): Html {
  if (kernelEvents.length === 0) return html``;
  const items = kernelEvents
    .slice(0, MOST_ROWS)
    .map(({ kind, line }) => html`<span class="tag">${kind}</span><span class="line">${line}</span>`);
  const cut = kernelEvents.length > MOST_ROWS && ` (${MOST_ROWS} of ${kernelEvents.length})`;
  return html`<h4>The kernel also logged${cut}</h4>${bullets(items, 'lines')}`;
}

function consoleHtml({ consoleTail }: ReportCell): Html {
  if (consoleTail.length === 0) return html``;
  return html`<h4>The console's last lines</h4>${quoted(consoleTail)}`;
}

function ran({ guest, machine }: ReportCell): Html {
  const rows = Object.entries(guest).map(([component, { reported, path, sha256 }]) => [
    component,
    reported,
    html`<code>${path}</code>`,
    html`<code>${sha256}</code>`,
  ]);
  const on =
    machine === undefined
      ? html`<p class="muted">No machine came up.</p>`
      : html`<p class="muted">On ${machine.emulator} (${machine.provider}, ${machine.accelerator}), Linux ${machine.kernel}, cgroup ${machine.cgroup}, ${machine.cpus} CPUs, ${machine.memoryMiB} MiB.${machine.system !== undefined && html` Guest: ${systemText(machine.system)}.`}${machine.providerWhy !== undefined && html` Why ${machine.provider}: ${machine.providerWhy}.`}</p>`;
  const what =
    rows.length === 0
      ? html``
      : table(
          'As the machine itself reports it',
          ['component', 'version', 'binary', 'sha256 of the binary'],
          rows,
        );
  return folded('What really ran', html`${on}${what}`);
}

function samples(cell: ReportCell): Html {
  const metrics = Object.keys(cell.metrics).slice(0, MOST_METRICS);
  const rows = cell.samples.slice(0, MOST_ROWS).map((sample) => [
    sample.id,
    html`<span class="${sample.judged}">${sample.judged}</span>`,
    ...metrics.map((name) => {
      const value = sample.metrics[name];
      return value === undefined ? '' : formatValue(value.value, value.unit);
    }),
    formatMs(sample.durationMs),
    sample.because ?? '',
  ]);
  const header = ['sample', 'judged', ...metrics, 'took', 'because'];
  const cut = cell.samples.length > MOST_ROWS ? `, the first ${MOST_ROWS} here, all in report.json` : '';
  const planned = `${cell.samples.length} of ${plural(cell.samplesPlanned, 'planned sample')}${cut}`;
  return rows.length === 0 ? html`` : folded('Samples', table(planned, header, rows));
}

function timing(cell: ReportCell): Html {
  const boot = cell.machine?.bootPhases ?? [];
  const all = phaseTable(`${formatMs(cell.durationMs)} in all`, cell.phases);
  const body = html`${all}${phaseTable('Start of the machine', boot)}`;
  return isSaid(body) ? folded('Timing', body) : body;
}

const folded = (title: string, body: Html): Html =>
  html`<details><summary>${title}</summary>${body}</details>`;
