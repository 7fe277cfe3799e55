import { distance } from 'fastest-levenshtein';

/** Characters of a word that could be a slip of the pen: comparing takes the product of two lengths. */
const LONGEST = 1_000;

const normalise = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '');

/**
 * The candidate that was probably meant: the closest one, if at most two letters in five differ, or the only one
 * that the word begins. Letter case, `-` and `_` don't count. Undefined when nothing comes near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const wanted = normalise(word);
  const allowed = Math.max(1, Math.round(wanted.length * 0.4));
  const known = [...candidates].filter((candidate) => candidate !== word && candidate.length <= LONGEST);
  let best: { readonly candidate: string; readonly far: number } | undefined;
  for (const candidate of known) {
    const text = normalise(candidate);
    // Where the lengths alone are too far apart, so are the words.
    if (Math.abs(text.length - wanted.length) > allowed) continue;
    const far = distance(wanted, text);
    if (far <= allowed && far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { candidate, far };
  }
  if (best !== undefined) return best.candidate;
  const begun = wanted.length < 3 ? [] : known.filter((candidate) => normalise(candidate).startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
}
