/** `doctor --boot`: two real machines, one booted and one restored, and where the time of their starts went. */
import { rm } from 'node:fs/promises';
import type { MachineProvider, MachineSpec } from '../../vm/machine.ts';
import { ownFolder } from '../lib/owned.ts';
import { machineSpec } from '../runner/machine-spec.ts';
import { makeReady, resolveCell } from '../runner/plan.ts';
import { phaseRows, type StartPhase, SYSTEMD_CLUES, startPhases } from '../runner/start-phases.ts';
import { context } from './context.ts';
import { say, table } from './output.ts';
import { openStore, select, sessionId } from './wiring.ts';

export interface Start {
  readonly start: 'cold' | 'warm';
  readonly phases: readonly StartPhase[];
}

/** Machines of the smoke scenario, without its layers. Throws as `allocate` does. */
export async function measureStarts(): Promise<Start[]> {
  const { signal, makeProvider } = context();
  const { scenario, cells } = select('smoke', { filter: [], set: [] });
  const [cell] = cells;
  if (cell === undefined) throw new Error('the smoke scenario has no cell');
  const store = openStore({ notice: say });
  const ready = await makeReady(await resolveCell(cell, scenario, store, signal), store, signal);
  const provider = await makeProvider('qemu', say);
  const logDir = await ownFolder('boot');
  const place = { session: sessionId(), logDir, keep: false, notice: say };
  try {
    // Neither the probe of the accelerator nor the making of the snapshot is part of a start.
    const warm = machineSpec({ ...ready, layers: [] }, { ...place, id: 'warm' });
    await provider.probe(ready.kernel, signal);
    await provider.warm?.(warm, signal);
    return [
      await measure(provider, { ...warm, id: 'cold', cold: true }, signal),
      await measure(provider, warm, signal),
    ];
  } finally {
    await rm(logDir, { recursive: true, force: true });
  }
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
