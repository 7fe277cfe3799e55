/** Machines for `doctor`: of the smoke scenario, without its layers. */
import type { MachineProvider, MachineSpec } from '../../vm/machine.ts';
import type { Store } from '../artifact/store.ts';
import { withOwnFolder } from '../lib/owned.ts';
import { machineSpec } from '../runner/machine-spec.ts';
import { makeReady, resolveCell } from '../runner/plan.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { chooseProviders, openProviders } from './providers.ts';
import { openStore, select, sessionId } from './wiring.ts';

export interface Bench {
  readonly provider: MachineProvider;
  readonly store: Store;
  /** A machine that may be restored from a snapshot; its accelerator was chosen and the snapshot made. */
  readonly spec: MachineSpec;
}

/** Has `work` done on machines of a kind, by default the default one, and removes their logs. Throws as `allocate` does. */
export async function withMachines<T>(
  kind: string | undefined,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const { signal } = context();
  const smoke = select('smoke', { filter: [], set: [] });
  const { scenario } = smoke;
  const [cell] = await chooseProviders(smoke, { provider: kind });
  if (cell === undefined) throw new Error('the smoke scenario has no cell');
  const store = openStore({ notice: say });
  const ready = await makeReady(await resolveCell(cell, scenario, store, signal), store, signal);
  const provider = (await openProviders(say)).of(cell);
  return withOwnFolder('doctor', async (logDir) => {
    const place = { id: 'doctor', session: sessionId(), logDir, keep: false, notice: say };
    const spec = machineSpec({ ...ready, layers: [] }, place);
    await provider.probe(ready.kernel, signal);
    await provider.warm?.(spec, signal);
    return await work({ provider, store, spec });
  });
}
