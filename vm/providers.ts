/**
 * What makes machines: a line for each kind, the default first. Cards are data; a provider's code is loaded when
 * it is asked for, which `scripts/repro.ts` alone does.
 */
import { UsageError } from '../scripts/lib/errors.ts';
import { docker } from './docker/card.ts';
import type { MachineProvider, ProviderCard, Store } from './machine.ts';
import { qemu } from './qemu/card.ts';

const CARDS: readonly [ProviderCard, ...ProviderCard[]] = [qemu, docker];

export const PROVIDERS: readonly ProviderCard[] = CARDS;

/** Has the machines of scenarios that name no provider. */
export const DEFAULT_PROVIDER: string = CARDS[0].kind;

export const PROVIDER_KINDS: readonly string[] = CARDS.map(({ kind }) => kind);

/** Throws UsageError for a kind that doesn't exist. */
export function cardOf(kind: string): ProviderCard {
  const card = CARDS.find((one) => one.kind === kind);
  if (card !== undefined) return card;
  throw new UsageError('provider', `there is no provider '${kind}'; there is ${PROVIDER_KINDS.join(', ')}`);
}

/** `store` keeps what a provider makes once, such as snapshots. Throws UsageError for a kind that doesn't exist. */
export async function makeProvider(kind: string, store: Store): Promise<MachineProvider> {
  return cardOf(kind).load(store);
}
