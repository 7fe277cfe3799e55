/** What makes machines, by kind. Imported by `scripts/repro.ts` alone. */
import { UsageError } from '../scripts/lib/errors.ts';
import type { MachineProvider, Shelf } from './machine.ts';

const PROVIDERS: Readonly<Record<string, (shelf: Shelf) => Promise<MachineProvider>>> = {
  qemu: async (shelf) => new (await import('./qemu/provider.ts')).QemuProvider({ shelf }),
};

/** `shelf` keeps what a provider makes once, such as snapshots. Throws UsageError for a kind that doesn't exist. */
export async function makeProvider(kind: string, shelf: Shelf): Promise<MachineProvider> {
  const make = PROVIDERS[kind];
  if (make === undefined) {
    throw new UsageError(
      'provider',
      `there is no provider '${kind}'; there is ${Object.keys(PROVIDERS).join(', ')}`,
    );
  }
  return make(shelf);
}
