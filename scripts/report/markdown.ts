/** A report as a comment on a GitHub issue: the table in view, the evidence folded away. */
import { shellQuote } from '../lib/quote.ts';
import { formatMs } from '../lib/units.ts';
import type { ReportArtifact } from '../model/artifact.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { artifactRows } from './artifacts.ts';
import { cutTo } from './cut.ts';
import { guestFacts, labelOf, machineFacts, sharedFacts, shownValue, varyingAxes } from './describe.ts';
import { EFFECT_TERMS, effectWords } from './effect-words.ts';
import {
  intervalText,
  intervalTitle,
  keyLine,
  methodsOf,
  ofText,
  SIGNS,
  tally,
  unexpectedOf,
  wordOf,
} from './findings.ts';
import { notesOf } from './independence.ts';
import { code, details, document, fence, list, markdownTable } from './markdown-parts.ts';
import { joined, type Markdown, markdown } from './markup.ts';
import { focusOf, headlineOf } from './series.ts';
import { ownCells, sharedCells, sharedSign } from './shared.ts';
import { oneLine, plural } from './text.ts';
import { formatSpread } from './units.ts';
import { unsupportedGroups } from './unsupported.ts';
import { partialWarnings, WARNINGS_TITLE, whereText } from './warnings.ts';

const CONSOLE_LINES = 20;
/** Cells and builds that are shown: a comment on GitHub has 65,536 letters. */
const MOST_CELLS = 60;
const MOST_BUILDS = 60;

export function renderMarkdown(report: Report): string {
  const varying = varyingAxes(report.cells);
  const label = (cell: ReportCell): string => labelOf(cell, varying);
  const { report: few, rest } = cutTo(report, MOST_CELLS);
  return document([
    markdown`### ${report.scenario}: ${report.title}`,
    summary(report),
    markdown`${[...sharedFacts(report), machineFacts(report)].filter((fact) => fact !== undefined).join(' · ')}`,
    markdown`${guestFacts(report)}`,
    cellTable(few, varying),
    markdown`${rest}`,
    shared(few, label),
    ...notesOf(report).map((note) => markdown`> ${note}`),
    effects(report),
    shown(few, label),
    unexpectedMessages(few, label),
    notJudged(few, label),
    unsupported(report),
    warnings(report, label),
    artifacts(report),
    markdown`Run again with repro ${report.host.repro}:\n\n${fence(shellQuote(report.command), 'sh')}`,
  ]);
}

function summary(report: Report): Markdown {
  const { bad, good, skip, inconclusive, shared: same, expected, met } = tally(report);
  const parts = [
    bad > 0 && markdown`**${bad} bad**`,
    good > 0 && markdown`**${good} good**`,
    inconclusive > 0 && markdown`**${inconclusive} inconclusive**`,
    skip > 0 && markdown`**${skip} not judged**`,
    same > 0 && markdown`${same} of them shared`,
    expected > 0 &&
      (met === expected
        ? markdown`${met} of ${expected} as expected`
        : markdown`**only ${met} of ${expected} as expected**`),
    report.interrupted && markdown`**interrupted**`,
    markdown`${report.suite.id}: ${report.suite.cases.join(', ')}`,
    markdown`${formatMs(report.durationMs)}`,
  ];
  return joined(
    'markdown',
    parts.filter((part) => part !== false),
    ' · ',
  );
}

function cellTable(report: Report, varying: readonly string[]): Markdown {
  const [first] = report.cells;
  if (first === undefined) return markdown`No cell was run.`;
  const axes = varying.length > 0 ? varying : Object.keys(first.axes).slice(0, 1);
  const focus = focusOf(report);
  const expectations = report.cells.some(({ expected }) => expected !== undefined);
  const header = [
    ...axes,
    'verdict',
    'bad',
    intervalTitle(report),
    ...(focus.title === undefined ? [] : [`${focus.title} (min–median–max)`]),
    ...(expectations ? ['as expected'] : []),
  ];
  const numbers = new Set([1, 2, ...(focus.title === undefined ? [] : [3])].map((at) => axes.length + at));
  const rows = report.cells.map((cell) => {
    const { verdict } = cell;
    const metric = headlineOf(cell, focus);
    return [
      ...axes.map((axis) => shownValue(cell, axis)),
      markdown`${SIGNS[verdict.kind]} ${verdict.kind === 'good' ? 'good' : markdown`**${wordOf(cell)}**`}${sharedSign(cell) !== '' && markdown` =`}`,
      ofText(cell),
      intervalText(cell),
      ...(focus.title !== undefined ? [(metric && formatSpread(metric.values, metric.unit)) ?? ''] : []),
      ...(expectations ? [expectation(cell)] : []),
    ];
  });
  const table = markdownTable(header, rows, numbers);
  const methods = methodsOf(report);
  return methods.length === 0
    ? table
    : markdown`${table}\n\n${intervalTitle(report)}: ${methods.join('; ')}.`;
}

function warnings(report: Report, label: (cell: ReportCell) => string): Markdown {
  const { shown: some, more, total } = partialWarnings(report);
  if (some.length === 0) return markdown``;
  const items = some.map((one) => `${whereText(one, total, label)}: ${one.line}`);
  const rest = more > 0 ? [`${more} more in report.json`] : [];
  return markdown`${WARNINGS_TITLE}:\n\n${list([...items, ...rest])}`;
}

function expectation({ expected, verdict }: ReportCell): Markdown {
  if (expected === undefined) return markdown``;
  if (expected.met) return markdown`yes`;
  const why = expected.why !== undefined && markdown` (${expected.why})`;
  return markdown`${verdict.kind === 'skip' ? 'unknown' : markdown`**no**`}: expected ${expected.verdict}${why}`;
}

function effects(report: Report): Markdown {
  const words = effectWords(report);
  return words.length === 0
    ? markdown``
    : markdown`What the axes change:\n\n${list(words)}\n\n(${EFFECT_TERMS})`;
}

function shown(report: Report, label: (cell: ReportCell) => string): Markdown {
  const blocks = report.cells.flatMap((cell) => {
    const key = keyLine(report, cell);
    if (key === undefined) return [];
    const count = key.count > 1 && markdown`, one of ${key.count}`;
    return markdown`${label(cell)}${count}:\n\n${fence(key.line)}`;
  });
  return details(`What the bad cells showed (${blocks.length})`, blocks);
}

function unexpectedMessages(report: Report, label: (cell: ReportCell) => string): Markdown {
  const blocks = report.cells.flatMap((cell) =>
    unexpectedOf(cell).map(
      ({ text, line, count }) => markdown`${label(cell)}: ${text}, ${count} ×:\n\n${fence(line)}`,
    ),
  );
  return details(`Passed, with unexpected kernel messages (${blocks.length})`, blocks);
}

function notJudged(report: Report, label: (cell: ReportCell) => string): Markdown {
  const blocks = ownCells(report).flatMap((cell) => {
    const { verdict, consoleTail, samples, samplesPlanned } = cell;
    if (verdict.reason === undefined) return [];
    const done = `${samples.length} of ${plural(samplesPlanned, 'sample')}`;
    const tail = consoleTail.slice(-CONSOLE_LINES).map(oneLine).join('\n');
    return markdown`${label(cell)} (${done}): ${verdict.reason}${tail !== '' && markdown`\n\n${fence(tail)}`}`;
  });
  return details(`Not judged, or not by all samples (${blocks.length})`, blocks);
}

function shared(report: Report, label: (cell: ReportCell) => string): Markdown {
  return list(
    sharedCells(report).map(
      ({ cell, first }) =>
        markdown`= ${label(cell)}: builds and settings of ${label(first)}, and so its result`,
    ),
  );
}

function unsupported(report: Report): Markdown {
  const groups = unsupportedGroups(report.unsupported, [...report.cells, ...report.unsupported]);
  const items = groups.map(({ count, where, reason }) => markdown`${count} × ${where}: ${reason}`);
  return details(
    plural(report.unsupported.length, 'unsupported combination'),
    items.length === 0 ? [] : [list(items)],
  );
}

function artifacts(report: Report): Markdown {
  const rows = artifactRows(report).map(({ component, artifact }) => [
    component,
    artifact.version,
    artifact.packageVersion,
    origin(artifact),
    code(artifact.sha256),
  ]);
  if (rows.length === 0) return markdown``;
  const title = rows.length > MOST_BUILDS ? `Artifacts (${MOST_BUILDS} of ${rows.length})` : 'Artifacts';
  const header = ['component', 'version', 'package', 'source', 'sha256'];
  return details(title, [markdownTable(header, rows.slice(0, MOST_BUILDS))]);
}

/** An address as code: to be copied, not to be followed. */
function origin({ source, download }: ReportArtifact): Markdown {
  if (download === undefined) return markdown`${source}`;
  return markdown`${source} (${code(download.url)}, ${download.verified})`;
}
