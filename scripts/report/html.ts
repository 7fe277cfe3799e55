/**
 * A report as one page that needs nothing but itself: no network, no scripts, no fonts. Its security policy
 * says so too, in case a quoted text should ever get past the escaping.
 */
import { shellQuote } from '../lib/exec.ts';
import { artifactRows, originOf } from './artifacts.ts';
import { labelOf, machineFacts, sharedFacts, varyingAxes } from './describe.ts';
import { intervalTitle, methodsOf, tally } from './findings.ts';
import { cellsHtml } from './html-cells.ts';
import { bullets, type Page, phaseTable, section, table } from './html-parts.ts';
import { plotsHtml } from './html-plots.ts';
import { STYLE } from './html-style.ts';
import { impossibleHtml, verdictsHtml, warningsHtml } from './html-verdicts.ts';
import type { Report } from './model.ts';
import { focusOf } from './series.ts';
import { escapeHtml as h, plural } from './text.ts';
import { formatMs } from './units.ts';

/** `answer`: a section before all others, in HTML, of the command that had the cells run. */
export function renderHtml(
  report: Report,
  answer?: { readonly title: string; readonly body: string },
): string {
  const varying = varyingAxes(report.cells);
  const page: Page = {
    cells: report.cells.map((cell, at) => ({
      cell,
      label: labelOf(cell, varying),
      anchor: `cell-${at + 1}`,
    })),
    focus: focusOf(report),
  };
  const sections = [
    ['answer', answer?.title ?? '', answer?.body ?? ''],
    [
      'verdicts',
      'Verdicts',
      verdictsHtml(report, page) + impossibleHtml(report) + warningsHtml(report, page),
    ],
    ['distribution', 'Distribution', plotsHtml(report, page)],
    ['cells', 'Evidence by cell', cellsHtml(report, page)],
    ['artifacts', 'Artifacts', artifactsHtml(report)],
    ['timing', 'Timing', timingHtml(report, page)],
    ['run', 'This run', runHtml(report)],
  ].filter(([, , body]) => body !== '');
  const links = sections.map(([id = '', title = '']) => `<a href="#${id}">${title}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${h(headline(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="eyebrow">repro · <code>${h(report.scenario)}</code> · <time datetime="${h(report.startedAt)}">${h(when(report))}</time></p>
<h1>${h(report.title)}</h1>
${bullets(outcome(report), 'outcome')}
<p>${h(report.question)}</p>
${bullets(
  [...sharedFacts(report), machineFacts(report)].flatMap((fact) => (fact === undefined ? [] : h(fact))),
  'facts',
)}
${report.notes.map((note) => `<p class="note">${h(note)}</p>`).join('\n')}
<nav aria-label="Sections">${bullets(links, '')}</nav>
</header>
<main>
${sections.map(([id = '', title = '', body = '']) => section(id, title, body)).join('\n')}
</main>
</body>
</html>
`;
}

function headline(report: Report): string {
  const { bad, good, skip, inconclusive } = tally(report);
  const open = inconclusive > 0 ? `, ${inconclusive} inconclusive` : '';
  return `${report.scenario}: ${bad} bad, ${good} good${open}${skip > 0 ? `, ${skip} not judged` : ''}`;
}

const when = ({ startedAt }: Report): string =>
  startedAt.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC');

function outcome(report: Report): string[] {
  const { bad, good, skip, inconclusive, shared, expected, met, missed } = tally(report);
  const parts = [
    bad > 0 && `<span class="bad">✘ ${bad} bad</span>`,
    good > 0 && `<span class="good">✔ ${good} good</span>`,
    inconclusive > 0 && `<span class="skip">○ ${inconclusive} inconclusive</span>`,
    skip > 0 && `<span class="skip">○ ${skip} not judged</span>`,
    shared > 0 && `<span>${shared} of them shared</span>`,
    report.interrupted && '<span class="skip">interrupted</span>',
    expected > 0 &&
      (missed.length > 0
        ? `<span class="bad">${missed.length} of ${expected} not as expected</span>`
        : `<span>${met} of ${expected} as expected</span>`),
  ];
  return parts.filter((part) => part !== false);
}

function artifactsHtml(report: Report): string {
  const rows = artifactRows(report).map(({ component, artifact, cells }) => [
    h(component),
    h(artifact.version),
    h(artifact.packageVersion),
    h(originOf(artifact)),
    plural(cells.length, 'cell'),
    `<code>${h(artifact.sha256)}</code>`,
  ]);
  const header = ['component', 'version', 'package', 'source', 'in', 'sha256 of the download'];
  return rows.length === 0 ? '' : table('Every build that was installed', header, rows) + buildsHtml(report);
}

/** How commits were built. */
function buildsHtml(report: Report): string {
  const rows = artifactRows(report).flatMap(({ component, artifact: { source, build } }) =>
    build === undefined
      ? []
      : [
          [
            h(component),
            h(source),
            `<code>${h(build.commit)}</code> of ${h(build.repository)}`,
            h([build.go, build.compiler].filter((one) => one !== undefined).join(', ')),
            `${build.seconds} s`,
            `<code>${h(build.script.replaceAll('\n', '; '))}</code>`,
          ],
        ],
  );
  const header = ['component', 'source', 'commit', 'compilers', 'took', 'commands'];
  return rows.length === 0 ? '' : table('How they were built', header, rows);
}

function timingHtml(report: Report, page: Page): string {
  const cells = page.cells.map(({ cell, label }) => ({ name: label, ms: cell.durationMs }));
  return (
    phaseTable(`The run: ${formatMs(report.durationMs)}`, report.phases) + phaseTable('The cells', cells)
  );
}

function runHtml(report: Report): string {
  const { host } = report;
  const facts = {
    Command: `<code>${h(shellQuote(report.command))}</code>`,
    'Exit code': String(report.exitCode),
    Suite: `${h(report.suite.id)}: ${report.suite.cases.map(h).join(', ')}`,
    Intervals: h(
      methodsOf(report)
        .map((method) => `${intervalTitle(report)}: ${method}`)
        .join('; '),
    ),
    Symptom: `<code>${h(JSON.stringify(report.symptom))}</code>`,
    Scenario: `<code>${h(report.scenarioFile.path)}</code>, sha256 <code>${h(report.scenarioFile.sha256)}</code>`,
    Host: h(
      `${host.os}, Linux ${host.kernel}, ${plural(host.cpus, 'CPU')}, ${host.memoryMiB} MiB, Node ${host.node}`,
    ),
    Emulator: h(`${host.emulator}, ${host.accelerator}: ${host.acceleratorWhy}`),
    Made: h(`by repro ${host.repro}, ${report.startedAt} to ${report.endedAt}`),
    References: report.references.map(reference).join('<br>'),
  };
  const rows = Object.entries(facts).filter(([, text]) => text !== '');
  return `<dl>${rows.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('\n')}</dl>`;
}

/** A link only where it leads to the web: a scenario's reference may be any text. */
const reference = (text: string): string =>
  /^https?:\/\//i.test(text) ? `<a href="${h(text)}" rel="noreferrer">${h(text)}</a>` : h(text);
