/** Where the time of a machine's start went: the host's phases, with the boot split by the guest's own clock. Pure. */
import type { MachineFacts, StartPhase } from '../machine.ts';

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
 * time then belongs to the phase after it.
 */
export function startPhases(
  facts: Pick<MachineFacts, 'start' | 'bootPhases'>,
  clues: BootClues,
): StartPhase[] {
  return facts.bootPhases
    .flatMap((phase) => (phase.name === 'boot' && facts.start === 'cold' ? split(phase.ms, clues) : [phase]))
    .map(({ name, ms }) => ({ name, ms: Math.round(ms) }));
}

function split(bootMs: number, clues: BootClues): StartPhase[] {
  const phases: StartPhase[] = [];
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
