/** What a search of memory floors says. Pure. */
import { oneLine } from '../lib/plain.ts';
import { formatBytes } from '../lib/units.ts';
import { type AnswerPage, plainOf } from '../page/blocks.ts';
import type { Floors } from './types.ts';
import { limitText, pointOf, remarks, terms } from './words.ts';

const HEADER = [
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

export function pageOf(floors: Floors): AnswerPage {
  const { scenario, title } = floors;
  return {
    verb: 'floor',
    name: 'Memory floors',
    scenario,
    title,
    answer: [],
    body: [
      { kind: 'table', title: 'The smallest memory limits', header: HEADER, rows: rowsOf(floors) },
      { kind: 'bullets', items: remarks(floors) },
      {
        kind: 'table',
        title: 'Every limit that was tried',
        header: ['cell', 'case', 'limit', 'failed'],
        rows: triedRows(floors),
        only: ['html'],
      },
    ],
    setup: [{ kind: 'note', text: terms(floors) }],
  };
}

function rowsOf({ floors }: Floors): string[][] {
  const several = new Set(floors.map((one) => one.case)).size > 1;
  return floors.map((one) => [
    several ? `${pointOf(one)} · ${one.case}` : pointOf(one),
    one.kernel ?? '?',
    one.cgroup === undefined ? one.cgroupDriver : `${one.cgroupDriver}, ${one.cgroup}`,
    one.runtime === undefined ? '?' : oneLine(one.runtime.reported.replace(' version ', ' ')),
    one.runtime?.bytes === undefined ? '?' : formatBytes(one.runtime.bytes),
    one.certified === undefined ? plainOf({ tone: 'open', text: 'inconclusive' }) : limitText(one.certified),
    `${one.unreliable === undefined ? '0' : limitText(one.unreliable)}–${one.certified === undefined ? '?' : limitText(one.certified)}`,
    one.failedAt === undefined ? 'never' : limitText(one.failedAt),
    String(one.samples),
  ]);
}

const triedRows = ({ floors }: Floors): string[][] =>
  floors.flatMap((one) =>
    one.tried.map(({ limit, failed, total }) => [
      one.cell,
      one.case,
      limitText(limit),
      `${failed} of ${total}`,
    ]),
  );
