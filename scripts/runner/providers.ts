/** The providers of a run: each cell's machine comes from the one that was chosen for it. */
import type { MachineProvider } from '../../vm/machine.ts';
import { DEFAULT_PROVIDER } from '../../vm/providers.ts';
import type { Cell } from '../scenario/types.ts';

export interface Providers {
  of(cell: Pick<Cell, 'provider'>): MachineProvider;
}

/** The kind of a cell's machine. */
export const kindOf = ({ provider }: Pick<Cell, 'provider'>): string => provider?.kind ?? DEFAULT_PROVIDER;

/** Of providers that were loaded. Throws Error for a kind that is not among them. */
export function providersOf(loaded: readonly MachineProvider[]): Providers {
  return {
    of(cell) {
      const found = loaded.find(({ kind }) => kind === kindOf(cell));
      if (found === undefined) throw new Error(`the provider ${kindOf(cell)} was not loaded`);
      return found;
    },
  };
}
