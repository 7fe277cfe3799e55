/** All evidence of each cell, folded: open where a verdict is missing or unexpected, and what is bad among few. */
import type { AttributedOomKill } from '../evidence/types.ts';
import { systemText } from './describe.ts';
import { badByCase, contradictionsOf, isMatch, tellingLine } from './findings.ts';
import {
  badge,
  bullets,
  expectation,
  type NamedCell,
  type Page,
  phaseTable,
  rate,
  table,
} from './html-parts.ts';
import type { Report, ReportCell } from './model.ts';
import { escapeHtml as h, plural } from './text.ts';
import { formatMs, formatValue } from './units.ts';

/** Lines shown before the rest is folded. */
const OPEN_LINES = 3;
const FEW_CELLS = 6;

export const cellsHtml = (report: Report, page: Page): string =>
  page.cells.map((named) => cellHtml(report, page, named)).join('\n');

function cellHtml(report: Report, page: Page, { cell, label, anchor }: NamedCell): string {
  const { verdict } = cell;
  const few = page.cells.length <= FEW_CELLS;
  const open = cell.expected?.met === false || verdict.kind === 'skip' || (verdict.kind === 'bad' && few);
  // The anchor stands within the details: browsers open them to show what a link leads to.
  const body = [
    sharedHtml(page, cell),
    verdict.reason === undefined ? '' : `<p class="note">${h(verdict.reason)}</p>`,
    cell.expected?.why === undefined
      ? ''
      : `<p class="muted">Expected ${cell.expected.verdict} because: ${h(cell.expected.why)}</p>`,
    cases(cell),
    telling(report, cell),
    contradicted(cell),
    kills(report, cell),
    eventsHtml(cell),
    consoleHtml(cell),
    ran(cell),
    samples(cell),
    timing(cell),
    `<p class="muted">Evidence: <code>${h(cell.dir)}</code>${shownId(cell, label)}</p>`,
  ];
  return `<details class="cell ${verdict.kind}" ${open ? ' open' : ''}><summary><h3>${h(label)}</h3>${badge(cell)}<span>${rate(cell)}${rate(cell) === '' ? '' : ' bad'}</span><span>${expectation(cell)}</span></summary>\n<div class="body"><a id="${anchor}"></a>${body.filter((part) => part !== '').join('\n')}</div></details>`;
}

function sharedHtml(page: Page, { sharedWith }: ReportCell): string {
  const first = page.cells.find(({ cell }) => cell.id === sharedWith);
  if (first === undefined) return '';
  return `<p class="note">It ran nothing: it has the builds and settings of <a href="#${first.anchor}">${h(first.label)}</a>, and so its result.</p>`;
}

const shownId = (cell: ReportCell, label: string): string =>
  cell.id === label ? '' : `<br>Name: <code>${h(cell.id)}</code>`;

/** Which cases were bad, where there are several. */
function cases(cell: ReportCell): string {
  const all = badByCase(cell).map(({ id, bad, of }) => `${h(id)} ${bad} of ${of} bad`);
  return all.length > 1 ? `<p class="muted">${all.join(' · ')}</p>` : '';
}

/** The telling line where it isn't an OOM kill: those have a list of their own. */
function telling(report: Report, cell: ReportCell): string {
  const found = tellingLine(report, cell);
  if (found === undefined || found.from === 'kernel') return '';
  const title = found.from === 'error' ? 'What the runtime said' : 'Why it is bad';
  const count = found.count > 1 ? ` (one of ${found.count})` : '';
  return `<h4>${title}${count}</h4>${bullets([`<span class="line">${h(found.line)}</span>`], 'lines')}`;
}

function contradicted(cell: ReportCell): string {
  const items = contradictionsOf(cell).map(
    ({ text, line, count }) =>
      `<span class="tag">${h(text)}, ${count} ×</span><span class="line">${h(line)}</span>`,
  );
  return items.length === 0 ? '' : `<h4>The console contradicts</h4>${bullets(items, 'lines')}`;
}

function kills(report: Report, cell: ReportCell): string {
  if (cell.oomKills.length === 0) return '';
  const sorted = [...cell.oomKills].sort((a, b) => Number(isMatch(report, b)) - Number(isMatch(report, a)));
  const matching = cell.oomKills.filter((kill) => isMatch(report, kill)).length;
  const items = sorted.map((kill) => killHtml(kill, isMatch(report, kill)));
  const rest = items.slice(OPEN_LINES);
  const more =
    rest.length === 0
      ? ''
      : `<details><summary>${plural(rest.length, 'more OOM kill')}</summary><ul class="lines">${rest.join('\n')}</ul></details>`;
  return `<h4>OOM kills: ${cell.oomKills.length}, of which ${matching} ${matching === 1 ? 'is' : 'are'} the symptom</h4><ul class="lines">${items.slice(0, OPEN_LINES).join('\n')}</ul>${more}`;
}

function killHtml(kill: AttributedOomKill, match: boolean): string {
  const what = match ? '✘ the symptom' : kill.provoked ? 'provoked by the test' : 'not the symptom';
  const limit =
    kill.limitKiB === undefined ? undefined : `limit ${formatValue(kill.limitKiB * 1024, 'bytes')}`;
  const facts = [what, kill.sample ?? 'outside any sample', kill.memcg, limit].filter(
    (fact) => fact !== undefined,
  );
  return `<li class="${match ? 'match' : 'other'}"><span class="tag">${facts.map(h).join(' · ')}</span><span class="line">${h(kill.line)}</span></li>`;
}

function eventsHtml({ kernelEvents }: ReportCell): string {
  if (kernelEvents.length === 0) return '';
  const items = kernelEvents.map(
    ({ kind, line }) => `<span class="tag">${h(kind)}</span><span class="line">${h(line)}</span>`,
  );
  return `<h4>The kernel also logged</h4>${bullets(items, 'lines')}`;
}

function consoleHtml({ consoleTail }: ReportCell): string {
  if (consoleTail.length === 0) return '';
  return `<h4>The console's last lines</h4><pre tabindex="0">${consoleTail.map(h).join('\n')}</pre>`;
}

function ran({ guest, machine }: ReportCell): string {
  const rows = Object.entries(guest).map(([component, { reported, path, sha256 }]) => [
    h(component),
    h(reported),
    `<code>${h(path)}</code>`,
    `<code>${h(sha256)}</code>`,
  ]);
  const on =
    machine === undefined
      ? '<p class="muted">No machine came up.</p>'
      : `<p class="muted">On ${h(machine.emulator)} (${h(machine.provider)}, ${h(machine.accelerator)}), Linux ${h(machine.kernel)}, cgroup ${machine.cgroup}, ${machine.cpus} CPUs, ${machine.memoryMiB} MiB.${machine.system === undefined ? '' : ` Guest: ${h(systemText(machine.system))}.`}</p>`;
  const what =
    rows.length === 0
      ? ''
      : table(
          'As the machine itself reports it',
          ['component', 'version', 'binary', 'sha256 of the binary'],
          rows,
        );
  return folded('What really ran', on + what);
}

function samples(cell: ReportCell): string {
  const metrics = Object.keys(cell.metrics);
  const rows = cell.samples.map((sample) => [
    h(sample.id),
    `<span class="${sample.judged}">${sample.judged}</span>`,
    ...metrics.map((name) => {
      const value = sample.metrics[name];
      return value === undefined ? '' : h(formatValue(value.value, value.unit));
    }),
    formatMs(sample.durationMs),
    h(sample.because ?? ''),
  ]);
  const header = ['sample', 'judged', ...metrics.map(h), 'took', 'because'];
  const planned = `${cell.samples.length} of ${plural(cell.samplesPlanned, 'planned sample')}`;
  return rows.length === 0 ? '' : folded('Samples', table(planned, header, rows));
}

function timing(cell: ReportCell): string {
  const boot = cell.machine?.bootPhases ?? [];
  const body =
    phaseTable(`${formatMs(cell.durationMs)} in all`, cell.phases) + phaseTable('Start of the machine', boot);
  return body === '' ? '' : folded('Timing', body);
}

const folded = (title: string, body: string): string =>
  `<details><summary>${title}</summary>${body}</details>`;
