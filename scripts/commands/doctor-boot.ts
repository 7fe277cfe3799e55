/** `doctor --boot`: two real machines, one booted and one restored, and where the time of their starts went. */
import type { MachineProvider, MachineSpec } from '../../vm/machine.ts';
import { cardOf } from '../../vm/providers.ts';
import { formatBytes } from '../lib/units.ts';
import { describePhases, phaseRows, type StartPhase } from '../runner/start-phases.ts';
import { context } from './context.ts';
import { withMachines } from './doctor-machine.ts';
import { table } from './output.ts';

export interface Start {
  readonly start: 'cold' | 'warm';
  readonly phases: readonly StartPhase[];
  /** Of this host's memory, that it alone holds once it has started. */
  readonly memoryBytes: number;
}

/** Throws as `allocate` does. `kind`: of the provider; undefined: the default. Neither the probe of the accelerator nor the making of the snapshot is part of a start. */
export function measureStarts(kind?: string): Promise<Start[]> {
  const { signal } = context();
  return withMachines(kind, async ({ provider, spec }) => [
    await measure(provider, { ...spec, id: 'cold', cold: true }, signal),
    await measure(provider, { ...spec, id: 'warm' }, signal),
  ]);
}

async function measure(provider: MachineProvider, spec: MachineSpec, signal: AbortSignal): Promise<Start> {
  await using machine = await provider.allocate(spec, signal);
  const began = performance.now();
  await machine.exec(['true'], { signal });
  const commandMs = performance.now() - began;
  const phases = (await machine.startPhases?.()) ?? machine.facts.bootPhases;
  const { memoryBytes } = await machine.usage();
  const described = describePhases(phases, cardOf(provider.kind), commandMs);
  return { start: machine.facts.start, phases: described, memoryBytes };
}

export function startTables(starts: readonly Start[]): string {
  return starts
    .map(({ start, phases, memoryBytes }) => {
      const title = start === 'cold' ? 'a machine that boots' : 'a machine that is restored from a snapshot';
      const holds = `  holds ${formatBytes(memoryBytes)} of this host's memory`;
      return `${title}\n${table(phaseRows(phases).map(([name = '', ...rest]) => [`  ${name}`, ...rest]))}\n${holds}`;
    })
    .join('\n\n');
}
