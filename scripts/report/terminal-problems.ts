/** What needs attention at the end of a run: kernel events, cells without a verdict, missed expectations. */
import { grouped } from '../lib/grouped.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { rateText, SIGNS, tally, unexpectedOf, wordOf } from './findings.ts';
import { ownCells } from './shared.ts';
import type { Colors } from './terminal-cells.ts';
import { oneLine, plural, widthOf, wrap } from './text.ts';

export interface TerminalView {
  readonly report: Report;
  readonly colors: Colors;
  readonly width: number;
  readonly dir: string | undefined;
  readonly label: (cell: ReportCell) => string;
}

const CONSOLE_LINES = 10;
/** Cells named of those that failed for one reason. */
const NAMED_CELLS = 3;

/** The sections that have something to say, the gravest last: that is where people look. */
export const problems = (view: TerminalView): string[][] => [
  events(view),
  unexpectedMessages(view),
  notJudged(view),
  missed(view),
];

/** A heading, with facts behind it where they fit, else below it. */
export function titled(
  { colors, width }: TerminalView,
  given: { readonly sign: string; readonly title: string; readonly facts: string },
): string[] {
  const { sign } = given;
  const [title, facts] = [oneLine(given.title), oneLine(given.facts)];
  if (widthOf(`  x ${title}  ${facts}`) <= width)
    return [`  ${sign} ${colors.bold(title)}  ${colors.dim(facts)}`];
  const [first = '', ...rest] = wrap(title, width - 4);
  return [
    `  ${sign} ${colors.bold(first)}`,
    ...rest.map((line) => `    ${colors.bold(line)}`),
    ...wrap(facts, width - 4).map((line) => `    ${colors.dim(line)}`),
  ];
}

function events(view: TerminalView): string[] {
  const { report, colors, label } = view;
  return report.cells.flatMap((cell) => {
    const told = new Set(cell.samples.flatMap(({ unexpected = [] }) => unexpected.map(({ line }) => line)));
    const [first, ...rest] = cell.kernelEvents.filter(({ line }) => !told.has(line));
    if (first === undefined) return [];
    const others = rest.length > 0 ? `, and ${rest.length} more` : '';
    const facts = `${first.kind} in the kernel log${others}:`;
    return [...titled(view, { sign: colors.yellow('!'), title: label(cell), facts }), oneLine(first.line)];
  });
}

/** Samples that passed with unexpected kernel messages. */
function unexpectedMessages(view: TerminalView): string[] {
  const { report, colors, label } = view;
  return report.cells.flatMap((cell) =>
    unexpectedOf(cell).flatMap(({ text, line, count }) => {
      const facts = `${text}, ${count} ×:`;
      return [...titled(view, { sign: colors.yellow('!'), title: label(cell), facts }), oneLine(line)];
    }),
  );
}

/** Cells without a verdict, and bad ones that not all samples speak for; those with one reason together. */
function notJudged(view: TerminalView): string[] {
  const groups = grouped(
    ownCells(view.report).filter(({ verdict }) => verdict.reason !== undefined),
    ({ verdict, samples, consoleTail }) =>
      JSON.stringify([verdict.kind, verdict.reason, samples.length, consoleTail]),
  );
  return [...groups.values()].flatMap((cells, at) => [...(at === 0 ? [] : ['']), ...reasonOf(view, cells)]);
}

function reasonOf(view: TerminalView, cells: readonly ReportCell[]): string[] {
  const { colors, width, label, dir } = view;
  const [cell] = cells;
  if (cell === undefined) return [];
  const tail = cell.consoleTail.slice(-CONSOLE_LINES).map(oneLine);
  const what = { good: 'INCOMPLETE', bad: 'INCOMPLETE', skip: 'NOT JUDGED', inconclusive: 'INCONCLUSIVE' }[
    wordOf(cell)
  ];
  const more = cells.length > NAMED_CELLS ? `; and ${cells.length - NAMED_CELLS} more` : '';
  const names = cells.slice(0, NAMED_CELLS).map(label).join('; ') + more;
  const expected =
    cells.length === 1 && cell.expected?.met === false ? `expected ${cell.expected.verdict}, ` : '';
  const facts = `${expected}${cell.samples.length} of ${plural(cell.samplesPlanned, 'sample')}`;
  return [
    ...titled(view, { sign: colors.yellow(SIGNS.skip), title: `${what}: ${names}`, facts }),
    ...wrap(cell.verdict.reason ?? '', width - 4).map((line) => `    ${colors.yellow(line)}`),
    ...(tail.length === 0 ? [] : [colors.dim("    the console's last lines:")]),
    ...tail.map((line) => `    ${colors.dim('│')} ${line}`),
    ...(dir === undefined || cells.length > 1 ? [] : [colors.dim(`    ${pathIn(dir, cell.dir)}`)]),
  ];
}

function missed(view: TerminalView): string[] {
  const { report, colors, width, label } = view;
  return tally(report).missed.flatMap((cell) => {
    const { verdict, expected } = cell;
    const rate = verdict.kind === 'skip' ? '' : `, ${rateText(cell).replace(' (', ' bad (')}`;
    const facts = `expected ${expected?.verdict}, was ${verdict.kind}${rate}`;
    const why = expected?.why === undefined ? [] : wrap(`expected because: ${expected.why}`, width - 4);
    return [
      ...titled(view, { sign: colors.red(SIGNS.bad), title: `EXPECTATION MISSED: ${label(cell)}`, facts }),
      ...why.map((line) => colors.dim(`    ${line}`)),
    ];
  });
}

export const pathIn = (...parts: readonly string[]): string =>
  oneLine(parts.join('/').replaceAll(/\/{2,}/g, '/'));
