import { type ListedCommit, makeRange, type Range } from '../../scripts/bisect/range.ts';

/** `c1` … `c<size>`, the last the newest; `c1` follows on `old`. Newest first. */
export function line(size: number): ListedCommit[] {
  return Array.from({ length: size }, (_, back) => {
    const at = size - back;
    return { id: `c${at}`, parents: [at === 1 ? 'old' : `c${at - 1}`] };
  });
}

export function lineRange(size: number): Range {
  return makeRange({ newest: `c${size}`, listing: line(size) });
}

/**
 * ```text
 * old ── a ── b ────── m ── tip
 *         \           /
 *          s1 ── s2 ─┘
 * ```
 */
export const MERGED: readonly ListedCommit[] = [
  { id: 'tip', parents: ['m'] },
  { id: 'm', parents: ['b', 's2'] },
  { id: 's2', parents: ['s1'] },
  { id: 's1', parents: ['a'] },
  { id: 'b', parents: ['a'] },
  { id: 'a', parents: ['old'] },
];

export function mergedRange(firstParent = false): Range {
  const onLine = firstParent ? MERGED.filter(({ id }) => !id.startsWith('s')) : MERGED;
  return makeRange({ newest: 'tip', listing: onLine, firstParent });
}
