/** From a cell to everything it needs on this host: which artifacts, which builds of them, their layers. */
import { collectOffline } from '../artifact/offline.ts';
import type { ArtifactRequest, Image, Kernel, Layer, ResolvedArtifact } from '../artifact/types.ts';
import { COMPONENTS, cardOf } from '../components/index.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';
import { checkKernel } from './compatible.ts';

/** What the runner asks of `artifact/`. Each answer is made once and cached. */
export interface ArtifactStore {
  resolve(request: ArtifactRequest, signal: AbortSignal): Promise<ResolvedArtifact>;
  layer(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer>;
  kernel(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Kernel>;
  image(name: string, signal: AbortSignal): Promise<Image>;
}

export interface ResolvedCell {
  readonly cell: Cell;
  /** In the order in which they are attached; the kernel first. */
  readonly artifacts: readonly ResolvedArtifact[];
}

/** A cell with everything that it needs on this host. */
export interface ReadyCell extends ResolvedCell {
  readonly image: Image;
  readonly kernel: Kernel;
  readonly layers: readonly Layer[];
}

/** The artifacts of a cell: what its axes name, what its suite needs, and a kernel. */
export function requestsOf(
  cell: Cell,
  scenario: Pick<Scenario, 'suite' | 'sources' | 'build'>,
): ArtifactRequest[] {
  const needed = ['kernel', ...(SUITES[scenario.suite.id]?.components ?? [])];
  const named = COMPONENTS.filter((component) => component in cell.axes);
  return [...new Set([...needed, ...named])].map((component) => ({
    component,
    spec: String(cell.axes[component] ?? cardOf(component)?.default),
    sources: scenario.sources,
    build: scenario.build[component],
  }));
}

export async function resolveCell(
  cell: Cell,
  scenario: Scenario,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<ResolvedCell> {
  const requests = requestsOf(cell, scenario);
  return { cell, artifacts: await collectOffline(requests.map((request) => store.resolve(request, signal))) };
}

/** Downloads and builds what isn't in the cache yet. */
export async function makeReady(
  resolved: ResolvedCell,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<ReadyCell> {
  const { cell, artifacts } = resolved;
  const [kernel] = artifacts;
  if (kernel?.component !== 'kernel') throw new Error(`${cell.id} has no kernel`);
  const rest = artifacts.slice(1);
  const image = store.image(cell.machine.image, signal);
  const booted = store.kernel(kernel, signal);
  const layers = rest.map((artifact) => store.layer(artifact, signal));
  // One message for all that `--offline` can't have.
  await collectOffline<unknown>([image, booted, ...layers]);
  checkKernel(cell, await booted);
  const made = await Promise.all(layers);
  return {
    cell,
    artifacts: [kernel, ...rest.map((artifact, index) => withBuild(artifact, made[index]))],
    image: await image,
    kernel: await booted,
    layers: made,
  };
}

/** Of what was built here it is known only now what it is. */
function withBuild(artifact: ResolvedArtifact, layer: Layer | undefined): ResolvedArtifact {
  const build = layer?.build;
  return build === undefined ? artifact : { ...artifact, sha256: build.sha256, build };
}
