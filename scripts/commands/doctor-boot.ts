/** `doctor --boot`: two real machines, one booted and one restored, and where the time of their starts went. */
import type { MachineProvider, MachineSpec } from '../../vm/machine.ts';
import { phaseRows, type StartPhase, SYSTEMD_CLUES, startPhases } from '../runner/start-phases.ts';
import { context } from './context.ts';
import { withMachines } from './doctor-machine.ts';
import { table } from './output.ts';

export interface Start {
  readonly start: 'cold' | 'warm';
  readonly phases: readonly StartPhase[];
}

/** Throws as `allocate` does. Neither the probe of the accelerator nor the making of the snapshot is part of a start. */
export function measureStarts(): Promise<Start[]> {
  const { signal } = context();
  return withMachines(async ({ provider, spec }) => [
    await measure(provider, { ...spec, id: 'cold', cold: true }, signal),
    await measure(provider, { ...spec, id: 'warm' }, signal),
  ]);
}

async function measure(provider: MachineProvider, spec: MachineSpec, signal: AbortSignal): Promise<Start> {
  await using machine = await provider.allocate(spec, signal);
  const began = performance.now();
  await machine.exec(['true'], { signal });
  const commandMs = performance.now() - began;
  const clues = {
    kernelLog: (await machine.exec(['dmesg'], { signal })).stdout,
    console: await machine.console(),
    systemd: (await machine.exec(SYSTEMD_CLUES, { signal })).stdout,
  };
  return { start: machine.facts.start, phases: startPhases(machine.facts, clues, commandMs) };
}

export function startTables(starts: readonly Start[]): string {
  return starts
    .map(({ start, phases }) => {
      const title = start === 'cold' ? 'a machine that boots' : 'a machine that is restored from a snapshot';
      return `${title}\n${table(phaseRows(phases).map(([name = '', ...rest]) => [`  ${name}`, ...rest]))}`;
    })
    .join('\n\n');
}
