/** Debian's suites by name: to recognise a Debian archive, and to suggest one for a misspelt name. */
import { closest } from 'fastest-levenshtein';

/** Names that always mean the current release of that kind; they move. */
const ALIASES = ['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable', 'experimental'] as const;
/** From bullseye, the oldest that a mirror still carries with a kernel that these tests can use. */
const CODENAMES = ['bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'] as const;

const SUITES: readonly string[] = [...CODENAMES, ...ALIASES];

/** Suites whose name says which release it is. */
export function isCodename(suite: string): boolean {
  return (CODENAMES as readonly string[]).includes(suite);
}

export function isDebianSuite(suite: string): boolean {
  return SUITES.includes(suite);
}

/** The suite that was probably meant. */
export function nearestSuite(suite: string): string {
  return closest(suite, SUITES);
}
