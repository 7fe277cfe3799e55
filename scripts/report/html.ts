/**
 * A report as one page that needs nothing but itself: no network, no scripts, no fonts. Its security policy
 * says so too, in case a quoted text should ever get past the escaping.
 */
import { shellQuote } from '../lib/quote.ts';
import { formatMs } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import { type ArtifactRow, artifactRows, originOf } from './artifacts.ts';
import { cutTo } from './cut.ts';
import { labelOf, machineFacts, sharedFacts, varyingAxes } from './describe.ts';
import { intervalTitle, methodsOf, tally } from './findings.ts';
import { cellsHtml } from './html-cells.ts';
import {
  bullets,
  type Page,
  pageHtml,
  phaseTable,
  type Section,
  section,
  stacked,
  table,
} from './html-parts.ts';
import { plotsHtml } from './html-plots.ts';
import { effectsHtml, unsupportedHtml, verdictsHtml, warningsHtml } from './html-verdicts.ts';
import { notesOf } from './independence.ts';
import { type Html, html, isSaid, joined } from './markup.ts';
import { focusOf } from './series.ts';
import { plural } from './text.ts';

/** Cells and builds that the page shows: browsers scroll through some megabytes. */
const MOST_CELLS = 500;
const MOST_BUILDS = 200;

/** `answer`: a section before all others, of the command that had the cells run. */
export function renderHtml(report: Report, answer?: Section): string {
  const varying = varyingAxes(report.cells);
  const { report: few, rest } = cutTo(report, MOST_CELLS);
  const page: Page = {
    cells: few.cells.map((cell, at) => ({
      cell,
      label: labelOf(cell, varying),
      anchor: `cell-${at + 1}`,
    })),
    focus: focusOf(few),
  };
  const parts: Readonly<Record<string, Section | undefined>> = {
    answer,
    verdicts: {
      title: 'Verdicts',
      body: html`${rest !== undefined && html`<p class="note">${rest}</p>`}${verdictsHtml(few, page)}${effectsHtml(report)}${unsupportedHtml(report)}${warningsHtml(report, page)}`,
    },
    distribution: { title: 'Distribution', body: plotsHtml(few, page) },
    cells: { title: 'Evidence by cell', body: cellsHtml(report, page) },
    artifacts: { title: 'Artifacts', body: artifactsHtml(report) },
    timing: { title: 'Timing', body: timingHtml(report, page) },
    run: { title: 'This run', body: runHtml(report) },
  };
  const sections = Object.entries(parts).flatMap(([id, part]) =>
    part !== undefined && isSaid(part.body) ? [{ id, ...part }] : [],
  );
  const facts = [...sharedFacts(report), machineFacts(report)].filter((fact) => fact !== undefined);
  const links = sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`);
  return pageHtml({
    title: headline(report),
    header: html`<p class="eyebrow">repro · <code>${report.scenario}</code> · <time datetime="${report.startedAt}">${when(report)}</time></p>
<h1>${report.title}</h1>
${bullets(outcome(report), 'outcome')}
<p>${report.question}</p>
${bullets(facts, 'facts')}
${stacked(notesOf(report).map((note) => html`<p class="note">${note}</p>`))}
<nav aria-label="Sections">${bullets(links, '')}</nav>`,
    main: stacked(sections.map(({ id, title, body }) => section(id, title, body))),
  });
}

function headline(report: Report): string {
  const { bad, good, skip, inconclusive } = tally(report);
  const open = inconclusive > 0 ? `, ${inconclusive} inconclusive` : '';
  return `${report.scenario}: ${bad} bad, ${good} good${open}${skip > 0 ? `, ${skip} not judged` : ''}`;
}

const when = ({ startedAt }: Report): string =>
  startedAt.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC');

function outcome(report: Report): Html[] {
  const { bad, good, skip, inconclusive, shared, expected, met, missed } = tally(report);
  const parts = [
    bad > 0 && html`<span class="bad">✘ ${bad} bad</span>`,
    good > 0 && html`<span class="good">✔ ${good} good</span>`,
    inconclusive > 0 && html`<span class="skip">○ ${inconclusive} inconclusive</span>`,
    skip > 0 && html`<span class="skip">○ ${skip} not judged</span>`,
    shared > 0 && html`<span>${shared} of them shared</span>`,
    report.interrupted && html`<span class="skip">interrupted</span>`,
    expected > 0 &&
      (missed.length > 0
        ? html`<span class="bad">${missed.length} of ${expected} not as expected</span>`
        : html`<span>${met} of ${expected} as expected</span>`),
  ];
  return parts.filter((part) => part !== false);
}

function artifactsHtml(report: Report): Html {
  const shown = artifactRows(report).slice(0, MOST_BUILDS);
  const rows = shown.map(({ component, artifact, cells }) => [
    component,
    artifact.version,
    artifact.packageVersion,
    originOf(artifact),
    plural(cells.length, 'cell'),
    html`<code>${artifact.sha256}</code>`,
  ]);
  const header = ['component', 'version', 'package', 'source', 'in', 'sha256 of the download'];
  if (rows.length === 0) return html``;
  return html`${table('Every build that was installed', header, rows)}${buildsHtml(shown)}`;
}

/** How commits were built. */
function buildsHtml(shown: readonly ArtifactRow[]): Html {
  const rows = shown.flatMap(({ component, artifact: { source, build } }) =>
    build === undefined
      ? []
      : [
          [
            component,
            source,
            html`<code>${build.commit}</code> total ${build.repository}`,
            [build.go, build.compiler].filter((one) => one !== undefined).join(', '),
            `${build.seconds} s`,
            html`<code>${build.script.replaceAll('\n', '; ')}</code>`,
          ],
        ],
  );
  const header = ['component', 'source', 'commit', 'compilers', 'took', 'commands'];
  return rows.length === 0 ? html`` : table('How they were built', header, rows);
}

function timingHtml(report: Report, page: Page): Html {
  const cells = page.cells.map(({ cell, label }) => ({ name: label, ms: cell.durationMs }));
  const run = phaseTable(`The run: ${formatMs(report.durationMs)}`, report.phases);
  return html`${run}${phaseTable('The cells', cells)}`;
}

function runHtml(report: Report): Html {
  const { host } = report;
  const facts: Readonly<Record<string, Html | string>> = {
    Command: html`<code>${shellQuote(report.command)}</code>`,
    'Exit code': String(report.exitCode),
    Suite: `${report.suite.id}: ${report.suite.cases.join(', ')}`,
    Intervals: methodsOf(report)
      .map((method) => `${intervalTitle(report)}: ${method}`)
      .join('; '),
    Symptom: html`<code>${JSON.stringify(report.symptom)}</code>`,
    Scenario: html`<code>${report.scenarioFile.path}</code>, sha256 <code>${report.scenarioFile.sha256}</code>`,
    Host: `${host.os}, Linux ${host.kernel}, ${plural(host.cpus, 'CPU')}, ${host.memoryMiB} MiB, Node ${host.node}`,
    Emulator: `${host.emulator}, ${host.accelerator}: ${host.acceleratorWhy}`,
    Made: `by repro ${host.repro}, ${report.startedAt} to ${report.endedAt}`,
    References: joined('html', report.references.map(reference), '<br>'),
  };
  const rows = Object.entries(facts)
    .map(([name, text]) => ({ name, text: html`${text}` }))
    .filter(({ text }) => isSaid(text));
  const items = rows.map(({ name, text }) => html`<dt>${name}</dt><dd>${text}</dd>`);
  return html`<dl>${stacked(items)}</dl>`;
}

/** A link only where it leads to the web: a scenario's reference may be any text. */
const reference = (text: string): Html =>
  /^https?:\/\//i.test(text) ? html`<a href="${text}" rel="noreferrer">${text}</a>` : html`${text}`;
