/** Where the time of a machine's start went, for people. Pure. */
import type { StartPhase as Measured, ProviderCard } from '../../vm/machine.ts';

export interface StartPhase extends Measured {
  /** What happens in it, for people. */
  readonly what: string;
}

/** Phases as the provider tells them, each with what it is, and a first command's time at the end. */
export function describePhases(
  phases: readonly Measured[],
  { phases: what }: Pick<ProviderCard, 'phases'>,
  commandMs: number,
): StartPhase[] {
  return [
    ...phases.map(({ name, ms }) => ({ name, ms: Math.round(ms), what: what[name] ?? '' })),
    { name: 'command', ms: Math.round(commandMs), what: 'a first command' },
  ];
}

/** Characters of the longest bar. */
const BAR = 24;

/** Rows for a table: phase, time, bar, what happens; the sum last. */
export function phaseRows(phases: readonly StartPhase[]): string[][] {
  const total = phases.reduce((sum, { ms }) => sum + ms, 0);
  const longest = Math.max(1, ...phases.map(({ ms }) => ms));
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(8);
  return [
    ...phases.map(({ name, ms, what }) => [
      name,
      seconds(ms),
      '█'.repeat(Math.round((BAR * ms) / longest)),
      what,
    ]),
    ['together', seconds(total), '', ''],
  ];
}
