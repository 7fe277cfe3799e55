/** Floors as a table in a terminal, and in Markdown. Pure. */
import { formatBytes, formatShare } from '../lib/units.ts';
import { document, list, markdownTable } from '../report/markdown-parts.ts';
import { markdown } from '../report/markup.ts';
import { alignRows, columnWidths } from '../report/table.ts';
import { oneLine, plural, textOf, wrap } from '../report/text.ts';
import type { Floor, Floors } from './types.ts';

export const HEADER = [
  'cell',
  'kernel',
  'driver',
  'runtime',
  'binary',
  'floor',
  'interval',
  'failed up to',
  'samples',
];

const MI = 1024 ** 2;

/** A limit as scenarios and Kubernetes write it, exactly: `14.75Mi`. */
export function limitText(bytes: number): string {
  return `${Number((bytes / MI).toFixed(6))}Mi`;
}

/** What was asked, and how sure the answers are. */
export function terms({ from, to, step, rate, confidence, budget }: Floors): string {
  return (
    `Floor: the smallest limit at which fewer than ${formatShare(rate)} of the starts fail. Interval: at its lower end more ` +
    `do, at the floor fewer; both at ${formatShare(confidence)} confidence together. Limits from ${limitText(from)} to ` +
    `${limitText(to)} in steps of ${limitText(step)}, at most ${plural(budget, 'sample')} a case.`
  );
}

export function rowsOf({ floors }: Floors): string[][] {
  const several = new Set(floors.map((one) => one.case)).size > 1;
  return floors.map((one) => [
    several ? `${pointOf(one)} · ${one.case}` : pointOf(one),
    one.kernel ?? '?',
    one.cgroup === undefined ? one.cgroupDriver : `${one.cgroupDriver}, ${one.cgroup}`,
    one.runtime === undefined ? '?' : oneLine(one.runtime.reported.replace(' version ', ' ')),
    one.runtime?.bytes === undefined ? '?' : formatBytes(one.runtime.bytes),
    one.certified === undefined ? '○ inconclusive' : limitText(one.certified),
    `${one.unreliable === undefined ? '0' : limitText(one.unreliable)}–${one.certified === undefined ? '?' : limitText(one.certified)}`,
    one.failedAt === undefined ? 'never' : limitText(one.failedAt),
    String(one.samples),
  ]);
}

/** What the table can't say: why there is no floor, and how the largest limit that failed did. */
export function remarks({ floors, rate }: Floors): string[] {
  return floors.flatMap((one) => {
    const where = `${pointOf(one)} · ${one.case}`;
    const why =
      one.why === undefined
        ? []
        : [
            `${where}: ${one.certified === undefined ? 'no floor' : 'the floor may be lower, the interval narrower'}: ${one.why}`,
          ];
    const share = one.tried.find(({ limit }) => limit === one.failedAt);
    const failure =
      one.failedAt === undefined || share === undefined || one.failure === undefined
        ? []
        : [
            `${where}: failed in ${share.failed} of ${share.of} at ${limitText(one.failedAt)}: ${oneLine(one.failure)}`,
          ];
    const certified = one.tried.find(({ limit }) => limit === one.certified);
    const clean =
      certified === undefined
        ? []
        : [
            `${where}: clean in ${certified.of - certified.failed} of ${certified.of} at the floor: under ${formatShare(rate)}`,
          ];
    return [...why, ...clean, ...failure];
  });
}

const pointOf = ({ cell }: Floor): string => cell.slice(cell.indexOf('/') + 1) || cell;

export function renderText(floors: Floors, width: number): string {
  const rows = [HEADER, ...rowsOf(floors)].map((row) => row.map((text) => ({ text })));
  const lines = [
    ...wrap(`${floors.scenario}: ${floors.title}`, width),
    ...wrap(terms(floors), width),
    '',
    ...alignRows(rows, columnWidths(rows)),
    '',
    ...remarks(floors).flatMap((one) => wrap(`- ${one}`, width)),
  ];
  return textOf(lines);
}

export function renderMarkdown(floors: Floors): string {
  return document([
    markdown`### Memory floors: ${floors.scenario}`,
    markdown`${floors.title}`,
    markdownTable(HEADER, rowsOf(floors)),
    list(remarks(floors)),
    markdown`${terms(floors)}`,
  ]);
}
