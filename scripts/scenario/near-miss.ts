import { distance } from 'fastest-levenshtein';

const normalise = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '');

/**
 * The candidate that was probably meant: the closest one, if at most two letters in five differ, or the only one
 * that the word begins. Letter case, `-` and `_` don't count. Undefined when nothing comes near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalise(word);
  const known = [...candidates].filter((candidate) => candidate !== word);
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(wanted, normalise(candidate)) }))
    .sort((a, b) => a.far - b.far);
  const [best] = ranked;
  if (best === undefined) return undefined;
  const allowed = Math.max(1, Math.round(wanted.length * 0.4));
  if (best.far <= allowed) return best.candidate;
  const begun = wanted.length < 3 ? [] : known.filter((candidate) => normalise(candidate).startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
}
