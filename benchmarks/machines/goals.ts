/** The goals for machines, and whether results reach them. Pure. */
import { digits, ratios, type Spread, seconds, spreadOf, spreadText } from '../statistics.ts';
import type { Results } from './results.ts';

export interface Goal {
  readonly what: string;
  readonly goal: string;
  /** As measured, for people. */
  readonly measured: string;
  /** Undefined: it was not measured. */
  readonly reached: boolean | undefined;
}

const MIB = 1024 ** 2;

export function goalsOf(results: Results): Goal[] {
  const ms = (id: string) => results.columns.find((column) => column.id === id)?.ms ?? [];
  const present = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
  const times = (id: string) => spreadOf(ratios(ms(id), ms('warm')));
  const percent = (value: number) => `${digits(100 * value)}%`;
  const factor = (value: number) => `${digits(value)}×`;
  const mebibytes = (value: number) => `${digits(value / MIB)} MiB`;
  const orchestration = results.whole.map(({ wallMs, guestMs }) => (wallMs - guestMs) / wallMs);
  const largest = results.growth.at(-1);
  return [
    most('restored: first command after `allocate`', 1000, spreadOf(present(ms('warm'))), seconds),
    least('as quick as our own cold boot', 10, times('cold'), factor),
    least('as quick as virtme-ng', 25, times('vng'), factor),
    least('as quick as `vagrant up`', 30, times('vagrant'), factor),
    most('cold boot to first command (on an idle host)', 8000, spreadOf(present(ms('cold'))), seconds),
    most('orchestration in a run of `containerd16-cgroupfs`', 0.1, spreadOf(orchestration), percent),
    most('host memory of one machine more', 150 * MIB, spreadOf(results.memory), mebibytes),
    most(
      `${largest?.cells ?? 32} cells, of the guest time that they took / cores`,
      1.1,
      spreadOf(largest === undefined ? [] : [largest.wallMs / (largest.guestMs / results.cores)]),
      factor,
    ),
  ];
}

type Format = (value: number) => string;

function most(what: string, limit: number, spread: Spread | undefined, format: Format): Goal {
  return judge({ what, goal: `≤ ${format(limit)}` }, spread, format, (value) => value <= limit);
}

function least(what: string, limit: number, spread: Spread | undefined, format: Format): Goal {
  return judge({ what, goal: `≥ ${format(limit)}` }, spread, format, (value) => value >= limit);
}

/** By the median. */
function judge(
  { what, goal }: Pick<Goal, 'what' | 'goal'>,
  spread: Spread | undefined,
  format: Format,
  test: (median: number) => boolean,
): Goal {
  if (spread === undefined) return { what, goal, measured: 'not measured', reached: undefined };
  return { what, goal, measured: spreadText(spread, format), reached: test(spread.median) };
}
