/** Names of Debian's suites as a place. Pure. */
import { distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Place } from './source.ts';

const SUITES = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'experimental'];

/** `trixie` alone, where `deb:trixie` was meant. */
export const isSuite = (text: string): boolean => SUITES.includes(text);

/** Reads what stands after `deb:` or `deb-src:`. A suite that isn't known may be one, unless it looks like a slip. */
export function parseSuite(scheme: string, suite: string): Place | Diagnostic {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(suite)) return { message: `${scheme}:${suite} names no Debian suite` };
  const misspelt = isSuite(suite)
    ? undefined
    : SUITES.find((known) => distance(known, suite) <= known.length / 3);
  return misspelt === undefined
    ? { suite }
    : { message: `${suite} is not a Debian suite`, suggestion: `${scheme}:${misspelt}` };
}
