/** What makes machines, by kind. Imported by `scripts/repro.ts` alone. */
import { UsageError } from '../scripts/lib/errors.ts';
import type { MachineProvider } from './machine.ts';

const PROVIDERS: Readonly<Record<string, () => Promise<MachineProvider>>> = {
  qemu: async () => new (await import('./qemu/provider.ts')).QemuProvider(),
};

/** Throws UsageError for a kind that doesn't exist. */
export async function makeProvider(kind: string): Promise<MachineProvider> {
  const make = PROVIDERS[kind];
  if (make === undefined) {
    throw new UsageError(
      'provider',
      `there is no provider '${kind}'; there is ${Object.keys(PROVIDERS).join(', ')}`,
    );
  }
  return make();
}
