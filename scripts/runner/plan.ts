/** From a cell to everything it needs on this host: which artifacts, which builds of them, their layers. */
import { collectOffline } from '../artifact/offline.ts';
import type { ArtifactRequest, Image, Kernel, Layer, ResolvedArtifact } from '../artifact/types.ts';
import { COMPONENTS, cardOf } from '../components/index.ts';
import { ReproError } from '../lib/errors.ts';
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

/** A cell with everything that it needs on this host. `image`, `kernel`: undefined where its machine has its own. */
export interface ReadyCell extends ResolvedCell {
  readonly image: Image | undefined;
  readonly kernel: Kernel | undefined;
  readonly layers: readonly Layer[];
}

/** The artifacts of a cell: what its axes name, what its suite needs, and a kernel, unless its machine has its own. */
export function requestsOf(
  cell: Cell,
  scenario: Pick<Scenario, 'suite' | 'sources' | 'build'>,
): ArtifactRequest[] {
  const kernel = hasOwn(cell, 'kernel') ? [] : ['kernel'];
  const needed = [...kernel, ...(SUITES[scenario.suite.id]?.components ?? [])];
  const named = COMPONENTS.filter((component) => component in cell.axes);
  return [...new Set([...needed, ...named])].map((component) => ({
    component,
    spec: String(cell.axes[component] ?? cardOf(component)?.default),
    sources: scenario.sources,
    build: scenario.build[component],
  }));
}

/** Whether its machine has this of its own. */
const hasOwn = ({ provider }: Cell, what: 'kernel' | 'image'): boolean =>
  Object.hasOwn(provider?.fixed ?? {}, what);

/** Throws ReproError `provider` for a cell that no allowed provider can run, and as the sources do. */
export async function resolveCell(
  cell: Cell,
  scenario: Scenario,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<ResolvedCell> {
  if (cell.provider?.refused !== undefined) throw new ReproError('provider', cell.provider.refused);
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
  const kernel = artifacts.find(({ component }) => component === 'kernel');
  if (kernel === undefined && !hasOwn(cell, 'kernel')) throw new Error(`${cell.id} has no kernel`);
  const rest = artifacts.filter((artifact) => artifact !== kernel);
  const image = hasOwn(cell, 'image') ? undefined : store.image(cell.machine.image, signal);
  const booted = kernel && store.kernel(kernel, signal);
  const layers = rest.map((artifact) => store.layer(artifact, signal));
  // One message for all that `--offline` can't have.
  await collectOffline<unknown>([image, booted, ...layers].filter((one) => one !== undefined));
  const found = await booted;
  if (found !== undefined) checkKernel(cell, found);
  const made = await Promise.all(layers);
  const attached = rest.map((artifact, index) => withBuild(artifact, made[index]));
  return {
    cell,
    artifacts: kernel === undefined ? attached : [kernel, ...attached],
    image: await image,
    kernel: found,
    layers: made,
  };
}

/** Of what was built here it is known only now what it is. */
function withBuild(artifact: ResolvedArtifact, layer: Layer | undefined): ResolvedArtifact {
  const build = layer?.build;
  return build === undefined ? artifact : { ...artifact, sha256: build.sha256, build };
}
