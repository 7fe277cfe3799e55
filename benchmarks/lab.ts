/** Real machines for benchmarks: the parts of a shipped scenario's cell, from the common cache. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../scripts/artifact/store.ts';
import type { Image, Kernel } from '../scripts/artifact/types.ts';
import { openCache, select, sessionId } from '../scripts/commands/wiring.ts';
import { machineSpec } from '../scripts/runner/machine-spec.ts';
import { makeReady, type ReadyCell, resolveCell } from '../scripts/runner/plan.ts';
import { ensureTools } from '../scripts/setup/install.ts';
import type { MachineSpec } from '../vm/machine.ts';
import { chooseAccelerator, findEmulator, type Host } from '../vm/qemu/emulator.ts';
import { QemuProvider } from '../vm/qemu/provider.ts';

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A cell whose machines are virtual: nothing of them is the provider's own. */
export interface VirtualCell extends ReadyCell {
  readonly image: Image;
  readonly kernel: Kernel;
}

/** What a cell needs, with the provider that makes its machines. Disposing of it removes their logs. */
export class Lab implements AsyncDisposable {
  readonly provider: QemuProvider;
  readonly ready: VirtualCell;
  readonly dir: string;
  readonly #session = sessionId();
  /** What the provider had to say, such as that a snapshot was thrown away. */
  readonly notices: string[] = [];

  private constructor(provider: QemuProvider, ready: VirtualCell, dir: string) {
    this.provider = provider;
    this.ready = ready;
    this.dir = dir;
  }

  /** Of the cells of the scenario the one that has these values. Makes what isn't in the cache, its snapshot too. */
  static async open(name: string, filter: readonly string[], signal: AbortSignal): Promise<Lab> {
    await ensureTools(say);
    const cache = openCache({ notice: say });
    const store = new Store(cache);
    const { scenario, cells } = select(name, { filter, set: [] });
    const [cell] = cells;
    if (cell === undefined) throw new Error(`${name} has no cell`);
    const ready = await makeReady(await resolveCell(cell, scenario, store, signal), store, signal);
    const { image, kernel } = ready;
    if (image === undefined || kernel === undefined) throw new Error(`${name} has no virtual machines`);
    const lab = new Lab(
      new QemuProvider({ store: cache }),
      { ...ready, image, kernel },
      await mkdtemp(join(tmpdir(), 'repro-bench-')),
    );
    await lab.provider.probe(ready.kernel, signal);
    await lab.provider.warm(lab.spec('warm'), signal);
    return lab;
  }

  /** What the provider starts machines with. */
  async host(signal: AbortSignal): Promise<Host> {
    const emulator = await findEmulator();
    const { accelerator } = await chooseAccelerator(emulator, this.ready.kernel, signal);
    return { emulator, accelerator };
  }

  spec(id: string): MachineSpec {
    const notice = (line: string) => this.notices.push(line);
    const place = { id, session: this.#session, logDir: join(this.dir, id), keep: false, notice };
    return machineSpec(this.ready, place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
