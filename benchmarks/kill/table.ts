/** What came of it, for people. Pure. */
import { alignRows, columnWidths, type TableRow } from '../../scripts/report/table.ts';
import type { Toll } from './siege.ts';

const HEAD = [
  'verb',
  'kills',
  'before anything',
  'samples then',
  'answers',
  'lost',
  'doubled',
  'left after reap',
  'other',
];

/** The table, then what went wrong, a line each. */
export function table(tolls: readonly Toll[]): string {
  const rows = tolls.map((toll) => [toll.verb, ...figures(toll).map(String)]);
  const sums = tolls
    .map(figures)
    .reduce((sum, one) => sum.map((figure, at) => figure + (one[at] ?? 0)), none());
  const all = [HEAD, ...rows, ['all', ...sums.map(String)]].map(
    (row): TableRow => row.map((text, at) => ({ text, align: at === 0 ? 'left' : 'right' })),
  );
  return [...alignRows(all, columnWidths(all)), ...tolls.flatMap(wrongs), ''].join('\n');
}

export const isClean = (tolls: readonly Toll[]): boolean => tolls.every((toll) => wrongs(toll).length === 0);

function figures(toll: Toll): number[] {
  const { kills, beforeAnything, finished, answers, lost, doubled, leftovers, faults } = toll;
  return [
    kills,
    beforeAnything,
    finished,
    answers,
    lost.length,
    doubled.length,
    leftovers.length,
    faults.length,
  ];
}

const none = (): number[] => HEAD.slice(1).map(() => 0);

function wrongs({ lost, doubled, leftovers, faults }: Toll): string[] {
  return [
    ...lost.map((text) => `lost: ${text}`),
    ...doubled.map((text) => `doubled: ${text}`),
    ...leftovers.map((text) => `left: ${text}`),
    ...faults.map((text) => `other: ${text}`),
  ];
}
