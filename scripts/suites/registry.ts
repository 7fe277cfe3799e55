/** The code of suites, by id. */
import { ReproError } from '../lib/errors.ts';
import { SUITES } from './catalog.ts';
import type { Suite } from './suite.ts';
import type { WrittenParams } from './typed.ts';

/** Ids of the suites that can be loaded: those of the catalog. */
export const SUITE_IDS: readonly string[] = Object.keys(SUITES);

/** Throws ReproError `unknown-suite`; a validated scenario names none that isn't there. */
export async function loadSuite(id: string): Promise<Suite<WrittenParams>> {
  const suite = Object.hasOwn(SUITES, id) ? SUITES[id] : undefined;
  if (suite === undefined) throw new ReproError('unknown-suite', `there is no suite ${id}`);
  return suite.load();
}
