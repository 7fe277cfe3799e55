/** A cell as a task of the pool: its artifacts, then its machine and samples; what it needs beforehand. */
import { join } from 'node:path';
import type { Capabilities } from '../../vm/machine.ts';
import { InterruptedError, messageOf, UsageError } from '../lib/errors.ts';
import { demandOf } from './admission.ts';
import { runCell } from './cell.ts';
import type { Listener } from './events.ts';
import { machineSpec, warmKey } from './machine-spec.ts';
import { type ArtifactStore, makeReady, type ReadyCell, type ResolvedCell } from './plan.ts';
import type { Prepared, Task } from './pool.ts';
import type { Providers } from './providers.ts';
import type { ScenarioRun } from './scenario-run.ts';
import { contentOf } from './share.ts';
import { isTimingSensitive } from './timing.ts';

/** What the cells of all scenarios run with. */
export interface RunEnvironment {
  readonly providers: Providers;
  readonly store: ArtifactStore;
  readonly session: string;
  /** Leave the machines running. */
  readonly keep: boolean;
  readonly listener: Listener;
}

/** Asks each provider once, before its first machine. */
export type Probe = (ready: ReadyCell) => Promise<Capabilities | undefined>;

export class CellTask implements Task {
  readonly id: string;
  readonly demand: Task['demand'];
  readonly #resolved: ResolvedCell;
  readonly #run: ScenarioRun;
  readonly #environment: RunEnvironment;
  readonly #probe: Probe;

  /** `id`: unique in the session; names the machine. */
  constructor(
    id: string,
    { resolved, run }: { readonly resolved: ResolvedCell; readonly run: ScenarioRun },
    environment: RunEnvironment,
    probe: Probe,
  ) {
    this.id = id;
    this.#resolved = resolved;
    this.#run = run;
    this.#environment = environment;
    this.#probe = probe;
    const { scenario } = run.request;
    this.demand = demandOf(resolved.cell, scenario, isTimingSensitive(scenario));
  }

  async prepare(signal: AbortSignal): Promise<Prepared | undefined> {
    const { cell, artifacts } = this.#resolved;
    const { store, listener, providers } = this.#environment;
    listener({ type: 'cell-prepare', cell, step: 'artifacts' });
    let ready: ReadyCell;
    try {
      ready = await makeReady(this.#resolved, store, signal);
    } catch (error) {
      if (error instanceof UsageError || error instanceof InterruptedError) throw error;
      await this.#run.skip(cell, artifacts, error);
      return undefined;
    }
    if (await this.#run.shares(ready)) return undefined;
    listener({ type: 'cell-prepare', cell, step: 'waiting' });
    return {
      run: (onMachine, running) => this.#start(ready, onMachine, running),
      warm:
        providers.of(cell).warm === undefined
          ? undefined
          : { key: warmKey(ready), make: (warming) => this.#warm(ready, warming) },
    };
  }

  async #start(
    ready: ReadyCell,
    onMachine: Parameters<Prepared['run']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    // When it became ready, another with the same content may have been ready, too: the first to start runs it.
    if (await this.#run.sharesOrRuns(ready)) return;
    const { scenario, dir, done } = this.#run.request;
    const { providers, session, keep, listener } = this.#environment;
    this.#run.ranWith(await this.#probe(ready));
    this.#run.enter('cells');
    const content = contentOf(ready, scenario);
    const result = await runCell(
      {
        ready,
        scenario,
        provider: providers.of(ready.cell),
        session,
        machineId: this.id,
        keep,
        runDir: dir,
        done: done.get(ready.cell.id) ?? [],
        listener,
        onMachine,
        content,
      },
      signal,
    );
    await this.#run.end(ready.cell, result);
  }

  /** What goes wrong is only told: the cell's own machine will make what is missing, or say why it can't. */
  async #warm(ready: ReadyCell, signal: AbortSignal): Promise<void> {
    const { providers, session, listener } = this.#environment;
    const logDir = join(this.#run.request.dir, 'warm', this.id);
    const notice = (text: string) => listener({ type: 'notice', text });
    const place = { id: `warm-${this.id}`, session, logDir, keep: false, notice };
    try {
      await providers.of(ready.cell).warm?.({ ...machineSpec(ready, place), layers: [] }, signal);
    } catch (error) {
      if (!signal.aborted) notice(`nothing was made beforehand: ${messageOf(error)}`);
    }
  }
}
