/** Suites by id, each loaded when it is first needed: `--help` should not wait for gRPC. */
import { ReproError } from '../lib/errors.ts';
import type { Suite } from './suite.ts';

const LOADERS: Readonly<Record<string, () => Promise<Suite>>> = {
  oci: async () => (await import('./oci.ts')).oci,
  cri: async () => (await import('./cri/suite.ts')).cri,
  kubelet: async () => (await import('./kubelet/suite.ts')).kubelet,
  'node-e2e': async () => (await import('./node-e2e/suite.ts')).nodeE2e,
  critest: async () => (await import('./critest/suite.ts')).critest,
  'start-latency': async () => (await import('./start-latency/suite.ts')).startLatency,
  script: async () => (await import('./script.ts')).script,
};

/** Ids of the suites that can be loaded: those of the catalog. */
export const SUITE_IDS: readonly string[] = Object.keys(LOADERS);

/** Throws ReproError `unknown-suite`; a validated scenario names none that isn't there. */
export async function loadSuite(id: string): Promise<Suite> {
  const load = LOADERS[id];
  if (load === undefined) throw new ReproError('unknown-suite', `there is no suite ${id}`);
  return load();
}
