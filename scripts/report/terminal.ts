/**
 * The end of a run on a terminal. Read from the bottom: where the evidence is, how it ended, what needs
 * attention, what showed it, the cells, and on top what all of them have in common.
 */
import picocolors from 'picocolors';
import { shellQuote } from '../lib/quote.ts';
import { formatMs } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import { cutTo } from './cut.ts';
import { guestFacts, labelOf, machineFacts, sharedFacts, varyingAxes } from './describe.ts';
import { EFFECT_TERMS, effectWords } from './effect-words.ts';
import { badByCase, keyLine, SIGNS, type Telling, tally } from './findings.ts';
import { notesOf } from './independence.ts';
import { sharedCells } from './shared.ts';
import { type Colors, renderCells } from './terminal-cells.ts';
import { pathIn, problems, type TerminalView, titled } from './terminal-problems.ts';
import { oneLine, plural, widthOf, wrap } from './text.ts';
import { unsupportedGroups } from './unsupported.ts';
import { partialWarnings, WARNINGS_TITLE, whereText } from './warnings.ts';

export interface TerminalOptions {
  readonly color?: boolean;
  /** Columns; 80 when unknown. */
  readonly width?: number;
  /** The run's folder, as the user would type it. */
  readonly dir?: string | undefined;
}

/** Cells that a terminal shows: what is above them has long scrolled away. */
const MOST_CELLS = 100;

export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const varying = varyingAxes(report.cells);
  const view: TerminalView = {
    report,
    colors: picocolors.createColors(options.color ?? false),
    width: Math.max(40, options.width ?? 80),
    dir: options.dir,
    label: (cell) => labelOf(cell, varying),
  };
  const { report: few, rest } = cutTo(report, MOST_CELLS);
  const part: TerminalView = { ...view, report: few };
  const sections = [
    heading(view),
    few.cells.length > 0 ? renderCells(few, view.colors, view.width, varying) : [],
    rest === undefined ? [] : wrap(rest, view.width - 2).map((line) => `  ${view.colors.yellow(line)}`),
    shown(part),
    shared(part),
    effects(view),
    unsupported(view),
    warnings(view),
    notesOf(report).flatMap((note) => wrap(`Note: ${note}`, view.width - 2).map((line) => `  ${line}`)),
    ...problems(part),
    ending(view),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function heading({ report, colors, width }: TerminalView): string[] {
  const environment = sharedFacts(report).join(' · ');
  const machine = machineFacts(report);
  const how = `${report.suite.id}: ${report.suite.cases.join(', ')}${machine === undefined ? '' : ` · ${machine}`}`;
  return [
    ...wrap(`${report.scenario}: ${report.title}`, width).map((line) => colors.bold(line)),
    ...wrap(environment, width),
    ...wrap(how, width).map((line) => colors.dim(line)),
    ...wrap(guestFacts(report) ?? '', width).map((line) => colors.dim(line)),
  ];
}

/** Per bad cell, the line that shows it: whole, on a line of its own, so that it can be copied and searched. */
function shown(view: TerminalView): string[] {
  const { report, colors, label } = view;
  const bad = report.cells.flatMap((cell) => {
    const key = keyLine(report, cell);
    return key === undefined ? [] : [{ cell, key }];
  });
  return bad.flatMap(({ cell, key }, at) => {
    const cases = badByCase(cell).map(({ id, bad: count, total }) => `${oneLine(id)} ${count} of ${total}`);
    const facts = [...(cases.length > 1 ? cases : []), `${sourceOf(key)}:`];
    return [
      ...(at === 0 ? [] : ['']),
      ...titled(view, { sign: colors.red(SIGNS.bad), title: label(cell), facts: facts.join(' · ') }),
      colors.red(key.line),
    ];
  });
}

/** What each axis changes, where cells can be compared. */
function effects({ report, colors, width }: TerminalView): string[] {
  const words = effectWords(report);
  if (words.length === 0) return [];
  return [
    `  ${colors.bold('What the axes change')}`,
    ...words.flatMap((text) => hanging(text, width)),
    ...wrap(EFFECT_TERMS, width - 4).map((line) => colors.dim(`    ${line}`)),
  ];
}

function hanging(text: string, width: number): string[] {
  return wrap(text, width - 6).map((line, at) => `    ${at === 0 ? '· ' : '  '}${line}`);
}

function sourceOf({ from, count }: Telling): string {
  const source = { kernel: 'kernel line', error: 'error', judge: 'sample' }[from];
  return count > 1 ? `one of ${count} ${source}s` : source;
}

function shared({ report, colors, width, label }: TerminalView): string[] {
  const cells = sharedCells(report);
  if (cells.length === 0) return [];
  const title = `${plural(cells.length, 'cell')} with the builds and settings of another, and so its result:`;
  return [
    ...wrap(title, width - 2).map((line) => `  ${line}`),
    ...cells.flatMap(({ cell, first }) =>
      wrap(`= ${label(cell)}: as ${label(first)}`, width - 4).map((line) => colors.dim(`    ${line}`)),
    ),
  ];
}

function unsupported({ report, colors, width }: TerminalView): string[] {
  const groups = unsupportedGroups(report.unsupported, [...report.cells, ...report.unsupported]);
  if (groups.length === 0) return [];
  return [
    `  ${colors.bold(plural(report.unsupported.length, 'unsupported combination'))}:`,
    ...groups.flatMap(({ where, count, reason }) =>
      wrap(`${count} × ${where}: ${reason}`, width - 4).map((line) => colors.dim(`    ${line}`)),
    ),
  ];
}

function warnings({ report, colors, width, label }: TerminalView): string[] {
  const { shown: some, more, total } = partialWarnings(report);
  if (some.length === 0) return [];
  return [
    `  ${colors.bold(WARNINGS_TITLE)}`,
    ...some.flatMap((warning) => [
      ...hanging(whereText(warning, total, label), width),
      colors.dim(`      ${warning.line}`),
    ]),
    ...(more > 0 ? [`    ${more} more in report.json, by cell`] : []),
  ];
}

function ending({ report, colors, width, dir }: TerminalView): string[] {
  const counts = tally(report);
  const parts = [
    counts.bad > 0 && colors.red(`${counts.bad} bad`),
    counts.good > 0 && colors.green(`${counts.good} good`),
    counts.inconclusive > 0 && colors.yellow(`${counts.inconclusive} inconclusive`),
    counts.skip > 0 && colors.yellow(`${counts.skip} not judged`),
    counts.shared > 0 && `${counts.shared} of them shared`,
    report.cells.length === 0 && 'no cell was run',
    report.interrupted && colors.yellow('interrupted'),
    expectations(report, colors),
    formatMs(report.durationMs),
    `exit code ${report.exitCode}`,
  ].filter((part) => typeof part === 'string');
  const lines = [colors.dim('─'.repeat(Math.min(width, 80))), ...joined(parts, colors.dim(' · '), width)];
  if (dir !== undefined) {
    lines.push(`evidence  ${colors.bold(pathIn(dir))}`);
    lines.push(`as a page ${oneLine(shellQuote(['repro', 'report', dir, '--format', 'html']))}`);
  }
  return lines;
}

function expectations(report: Report, colors: Colors): string | false {
  const { expected, met, missed: unmet } = tally(report);
  if (expected === 0) return false;
  if (unmet.length > 0) return colors.bold(colors.red(`${unmet.length} of ${expected} NOT as expected`));
  return met === expected
    ? colors.green(`${met} of ${expected} as expected`)
    : `${met} of ${expected} as expected`;
}

/** As many parts on a line as fit; colours take no room. */
function joined(parts: readonly string[], separator: string, width: number): string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const longer = `${rows.at(-1)}${separator}${part}`;
    if (rows.length === 0 || widthOf(longer) > width) rows.push(part);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}
