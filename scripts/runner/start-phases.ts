/** Where the time of a machine's start went: the host's phases, with the boot split by the guest's own clock. Pure. */
import type { ReportMachine } from '../model/machine.ts';

export interface StartPhase {
  readonly name: string;
  readonly ms: number;
  /** What happens in it, for people. */
  readonly what: string;
}

/** What a guest tells of its boot, in its own words. */
export interface BootClues {
  /** `dmesg`: `[    3.134068] Run /init as init process`. */
  readonly kernelLog: string;
  /** Our own marks, which tell the guest's uptime. */
  readonly console: string;
  /** `systemctl show` of the manager and of the agent's unit: `UnitsLoadFinishTimestampMonotonic=7098941`, µs. */
  readonly systemd: string;
}

/** Prints `BootClues.systemd`. */
export const SYSTEMD_CLUES =
  'systemctl show -p UnitsLoadFinishTimestampMonotonic; systemctl show -p InactiveExitTimestampMonotonic repro-agent';

/** What happens in each phase. */
const WHAT: Readonly<Record<string, string>> = {
  prepare: 'QEMU, accelerator and snapshot are looked up',
  disk: 'the scratch disk is made',
  qemu: "QEMU's process starts",
  firmware: "QEMU and its firmware, until the kernel's clock starts",
  kernel: 'the kernel, until it runs the initrd',
  initrd: 'our initrd finds and stacks the disks',
  systemd: 'systemd starts and loads its units',
  services: 'D-Bus and the journal',
  agent: 'the agent, until the host hears of it',
  restore: "the machine's state is loaded",
  answer: 'clock, random numbers, machine-id and host name become its own',
  attach: 'its layers are mounted',
  command: 'a first command',
};

/** Marks of the guest's clock: the end of each phase. */
const MARKS: readonly { readonly name: string; readonly seconds: (clues: BootClues) => number }[] = [
  { name: 'kernel', seconds: ({ kernelLog }) => find(kernelLog, /^\[ *([\d.]+)\] Run \S+ as init process/m) },
  { name: 'initrd', seconds: ({ console }) => find(console, /repro-init: root ready at ([\d.]+)/) },
  {
    name: 'systemd',
    seconds: ({ systemd }) => find(systemd, /^UnitsLoadFinishTimestampMonotonic=(\d+)$/m) / 1e6,
  },
  {
    name: 'services',
    seconds: ({ systemd }) => find(systemd, /^InactiveExitTimestampMonotonic=(\d+)$/m) / 1e6,
  },
  { name: 'agent', seconds: ({ console }) => find(console, /repro: ready ([\d.]+)/) },
];

/**
 * The phases of a start, in order. A mark that the guest doesn't have, or that is out of order, is left out: its
 * time then belongs to the phase after it. `commandMs` is what a first command took after the start.
 */
export function startPhases(
  facts: Pick<ReportMachine, 'start' | 'bootPhases'>,
  clues: BootClues,
  commandMs: number,
): StartPhase[] {
  const host = facts.bootPhases.flatMap((phase) =>
    phase.name === 'boot' && facts.start === 'cold' ? split(phase.ms, clues) : [phase],
  );
  return [...host, { name: 'command', ms: commandMs }].map(({ name, ms }) => ({
    name,
    ms: Math.round(ms),
    what: WHAT[name] ?? '',
  }));
}

function split(bootMs: number, clues: BootClues): { name: string; ms: number }[] {
  const phases: { name: string; ms: number }[] = [];
  let since = 0;
  for (const { name, seconds } of MARKS) {
    const at = seconds(clues) * 1000;
    if (!(at >= since) || at > bootMs) continue;
    phases.push({ name, ms: at - since });
    since = at;
  }
  // The guest's clock starts with its kernel: what the host waited beside is QEMU's.
  return [{ name: since === 0 ? 'boot' : 'firmware', ms: bootMs - since }, ...phases];
}

/** NaN where there is none. */
function find(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? Number.NaN);
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
