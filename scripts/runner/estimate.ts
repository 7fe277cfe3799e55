/** What a run will cost, before it starts. Rough: for choosing between now and lunch. */
import type { ResolvedArtifact } from '../artifact/types.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';

/**
 * Seconds under QEMU's own emulation on a 2-core machine, as the suites' costs: a machine restored from its snapshot,
 * with its layers. With KVM it is a small part of that. The first machine of its kind takes 15 s more, for it boots.
 */
const RESTORE = 1.5;

export interface Estimate {
  readonly seconds: number;
  /** Bytes of packages; less when the cache has some. */
  readonly bytes: number;
}

export function estimate(
  cells: readonly { readonly cell: Cell; readonly artifacts: readonly ResolvedArtifact[] }[],
  scenario: Pick<Scenario, 'suite'>,
  /** How much faster than one cell after the other. */
  speedup: number,
): Estimate {
  const cost = SUITES[scenario.suite.id]?.cost ?? { prepare: 5, sample: 10 };
  const total = cells.reduce(
    (sum, { cell }) =>
      sum + RESTORE + cost.prepare + cell.samples * scenario.suite.cases.length * cost.sample,
    0,
  );
  const unique = new Map(
    cells.flatMap(({ artifacts }) => artifacts.map((one) => [one.sha256, one.size] as const)),
  );
  return { seconds: total / speedup, bytes: [...unique.values()].reduce((sum, size) => sum + size, 0) };
}
