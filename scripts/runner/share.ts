/** Cells that would run the very same thing: one runs, the others share its result. Pure. */
import { COMPONENTS } from '../components/index.ts';
import { sha256Text } from '../lib/hash.ts';
import type { Scenario } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';
import type { ReadyCell } from './plan.ts';

/**
 * A digest of all that decides what a cell runs: image, kernel and layers by their bytes, the cell's settings,
 * and its axes but for those that only name a component, which the layers stand for. A suite that hands its
 * axes on (`script`) sees how a component was named, so there the names count too.
 */
export function contentOf(ready: ReadyCell, { suite }: Pick<Scenario, 'suite'>): string {
  const { id: _, scenario: __, expect: ___, providers: ____, axes, provider, ...settings } = ready.cell;
  const named: readonly string[] = SUITES[suite.id]?.openAxes ? [] : COMPONENTS;
  return sha256Text(
    JSON.stringify({
      suite,
      settings,
      // Undefined for the default kind, so that digests stay what they were.
      provider: provider && { kind: provider.kind, fixed: provider.fixed },
      axes: sorted(axes, (axis) => !named.includes(axis)),
      components: ready.artifacts.map(({ component }) => component),
      image: ready.image?.layer.sha256,
      kernel: kernelDigests(ready.kernel),
      layers: ready.layers.map(({ sha256 }) => sha256),
    }),
  );
}

/** What tells one kernel from another; nothing of a machine's own. */
export function kernelDigests(kernel: ReadyCell['kernel']): string[] {
  return kernel === undefined ? [] : [kernel.artifact.sha256, kernel.modules.sha256];
}

function sorted<T>(record: Readonly<Record<string, T>>, keep: (key: string) => boolean): [string, T][] {
  return Object.entries(record)
    .filter(([key]) => keep(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
