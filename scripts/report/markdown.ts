/** A report as a comment on a GitHub issue: the table in view, the evidence folded away. */
import { shellQuote } from '../lib/exec.ts';
import { artifactRows, originOf } from './artifacts.ts';
import { guestFacts, labelOf, machineFacts, sharedFacts, shownValue, varyingAxes } from './describe.ts';
import { EFFECT_TERMS, effectWords } from './effect-words.ts';
import {
  contradictionsOf,
  intervalText,
  intervalTitle,
  methodsOf,
  ofText,
  SIGNS,
  tally,
  tellingLine,
  wordOf,
} from './findings.ts';
import { impossibleGroups } from './impossible.ts';
import type { Report, ReportCell } from './model.ts';
import { focusOf, headlineOf } from './series.ts';
import { ownCells, sharedCells, sharedSign } from './shared.ts';
import { lines, oneLine, plural } from './text.ts';
import { formatMs, formatSpread } from './units.ts';
import { partialWarnings, WARNINGS_TITLE, whereText } from './warnings.ts';

const CONSOLE_LINES = 20;

export function renderMarkdown(report: Report): string {
  const varying = varyingAxes(report.cells);
  const label = (cell: ReportCell): string => inert(labelOf(cell, varying));
  const blocks = [
    `### ${inert(report.scenario)}: ${inert(report.title)}`,
    summary(report),
    [...sharedFacts(report), machineFacts(report)]
      .flatMap((fact) => (fact === undefined ? [] : inert(fact)))
      .join(' · '),
    inert(guestFacts(report) ?? ''),
    cellTable(report, varying),
    shared(report, label),
    ...report.notes.map((note) => `> ${inert(note)}`),
    effects(report),
    shown(report, label),
    contradicted(report, label),
    notJudged(report, label),
    impossible(report),
    warnings(report, label),
    artifacts(report),
    `Run again with repro ${inert(report.host.repro)}:\n\n${fence(shellQuote(report.command), 'sh')}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function summary(report: Report): string {
  const { bad, good, skip, inconclusive, shared: same, expected, met } = tally(report);
  const parts = [
    bad > 0 && `**${bad} bad**`,
    good > 0 && `**${good} good**`,
    inconclusive > 0 && `**${inconclusive} inconclusive**`,
    skip > 0 && `**${skip} not judged**`,
    same > 0 && `${same} of them shared`,
    expected > 0 &&
      (met === expected ? `${met} of ${expected} as expected` : `**only ${met} of ${expected} as expected**`),
    report.interrupted && '**interrupted**',
    `${inert(report.suite.id)}: ${report.suite.cases.map(inert).join(', ')}`,
    formatMs(report.durationMs),
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

function cellTable(report: Report, varying: readonly string[]): string {
  const [first] = report.cells;
  if (first === undefined) return 'No cell was run.';
  const axes = varying.length > 0 ? varying : Object.keys(first.axes).slice(0, 1);
  const focus = focusOf(report);
  const expectations = report.cells.some(({ expected }) => expected !== undefined);
  const header = [
    ...axes.map(inert),
    'verdict',
    'bad',
    intervalTitle(report),
    ...(focus.title === undefined ? [] : [`${inert(focus.title)} (min–median–max)`]),
    ...(expectations ? ['as expected'] : []),
  ];
  const rule = header.map((_, at) =>
    at > axes.length && at < axes.length + (focus.title !== undefined ? 4 : 3) ? '---:' : '---',
  );
  const rows = report.cells.map((cell) => {
    const { verdict } = cell;
    const metric = headlineOf(cell, focus);
    return [
      ...axes.map((axis) => inert(shownValue(cell, axis))),
      `${SIGNS[verdict.kind]} ${verdict.kind === 'good' ? 'good' : `**${wordOf(cell)}**`}${sharedSign(cell)}`,
      ofText(cell),
      intervalText(cell),
      ...(focus.title !== undefined ? [(metric && formatSpread(metric.values, metric.unit)) ?? ''] : []),
      ...(expectations ? [expectation(cell)] : []),
    ];
  });
  const table = [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const methods = methodsOf(report);
  return methods.length === 0 ? table : `${table}\n\n${intervalTitle(report)}: ${methods.join('; ')}.`;
}

function warnings(report: Report, label: (cell: ReportCell) => string): string {
  const { shown: some, more, of } = partialWarnings(report);
  if (some.length === 0) return '';
  const items = some.map((one) => `- ${whereText(one, of, label)}: ${inert(one.line)}`);
  const rest = more > 0 ? [`- ${more} more in report.json`] : [];
  return `${WARNINGS_TITLE}:\n\n${[...items, ...rest].join('\n')}`;
}

function expectation({ expected, verdict }: ReportCell): string {
  if (expected === undefined) return '';
  if (expected.met) return 'yes';
  const why = expected.why === undefined ? '' : ` (${inert(expected.why)})`;
  return `${verdict.kind === 'skip' ? 'unknown' : '**no**'}: expected ${expected.verdict}${why}`;
}

function effects(report: Report): string {
  const words = effectWords(report);
  if (words.length === 0) return '';
  return `What the axes change:\n\n${words.map((text) => `- ${inert(text)}`).join('\n')}\n\n(${inert(EFFECT_TERMS)})`;
}

function shown(report: Report, label: (cell: ReportCell) => string): string {
  const blocks = report.cells.flatMap((cell) => {
    const telling = tellingLine(report, cell);
    if (telling === undefined) return [];
    const count = telling.count > 1 ? `, one of ${telling.count}` : '';
    return `${label(cell)}${count}:\n\n${fence(telling.line)}`;
  });
  return details(`What the bad cells showed (${blocks.length})`, blocks);
}

function contradicted(report: Report, label: (cell: ReportCell) => string): string {
  const blocks = report.cells.flatMap((cell) =>
    contradictionsOf(cell).map(
      ({ text, line, count }) => `${label(cell)}: ${inert(text)}, ${count} ×:\n\n${fence(line)}`,
    ),
  );
  return details(`Passed, but the console contradicts (${blocks.length})`, blocks);
}

function notJudged(report: Report, label: (cell: ReportCell) => string): string {
  const blocks = ownCells(report).flatMap((cell) => {
    const { verdict, consoleTail, samples, samplesPlanned } = cell;
    if (verdict.reason === undefined) return [];
    const done = `${samples.length} of ${plural(samplesPlanned, 'sample')}`;
    const tail = consoleTail.slice(-CONSOLE_LINES).map(oneLine).join('\n');
    return `${label(cell)} (${done}): ${inert(verdict.reason)}${tail === '' ? '' : `\n\n${fence(tail)}`}`;
  });
  return details(`Not judged, or not by all samples (${blocks.length})`, blocks);
}

function shared(report: Report, label: (cell: ReportCell) => string): string {
  return sharedCells(report)
    .map(({ cell, first }) => `- = ${label(cell)}: builds and settings of ${label(first)}, and so its result`)
    .join('\n');
}

function impossible(report: Report): string {
  const groups = impossibleGroups(report.impossible, [...report.cells, ...report.impossible]);
  return details(`${plural(report.impossible.length, 'point')} of the matrix can't exist`, [
    ...(groups.length === 0
      ? []
      : [
          groups
            .map((group) => `- ${group.count} × ${inert(group.where)}: ${inert(group.reason)}`)
            .join('\n'),
        ]),
  ]);
}

function artifacts(report: Report): string {
  const rows = artifactRows(report).map(({ component, artifact }) => [
    inert(component),
    inert(artifact.version),
    inert(artifact.packageVersion),
    inert(originOf(artifact)),
    code(artifact.sha256),
  ]);
  if (rows.length === 0) return '';
  const table = [
    ['component', 'version', 'package', 'source', 'sha256'],
    rows[0]?.map(() => '---') ?? [],
    ...rows,
  ];
  return details('Artifacts', [table.map((row) => `| ${row.join(' | ')} |`).join('\n')]);
}

/** Nothing when there is nothing to fold. The blank lines make GitHub read Markdown inside. */
function details(title: string, blocks: readonly string[]): string {
  if (blocks.length === 0) return '';
  return `<details><summary>${title}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`;
}

/** Text as text: no markup, no table cell's end, no mention of a user. */
export function inert(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]~|#]/g, '\\$&')
    .replaceAll('@', '@&#8203;')
    .replace(/^(\d*)([-+.)])(?= )/, '$1\\$2');
}

/** A code span in a table cell, where a bar ends the cell even within code. */
function code(text: string): string {
  const plain = oneLine(text);
  const ticks = '`'.repeat(longestRun(plain) + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${plain.replaceAll('|', '\\|')}${pad}${ticks}`;
}

/** A fenced block that its content can't close. */
function fence(text: string, language = 'text'): string {
  const body = lines(text).join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${ticks}${language}\n${body}\n${ticks}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
