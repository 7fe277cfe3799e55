/**
 * The commits among which the culprit is, and which of them a test can tell apart.
 *
 * As git bisect has it: the candidates are the ancestors of the bad revision that are no ancestors of a good one.
 * A commit shows the new behaviour if, and only if, the culprit is itself or one of its ancestors; so a bad
 * commit says that the culprit is among its ancestors, a good one that it isn't. That holds for merges and side
 * branches alike.
 */
import { addAll, addBit, type Bits, emptyBits, fullBits, hasBit } from './bits.ts';

/** One line of `git rev-list --parents`. */
export interface ListedCommit {
  readonly id: string;
  /** In git's order; those outside the range are among them. */
  readonly parents: readonly string[];
}

export interface RangeInput {
  /** The revision with the new behaviour. */
  readonly newest: string;
  /** `git rev-list --topo-order --parents <newest> --not <old…>`: a commit before its parents. */
  readonly listing: readonly ListedCommit[];
  /** Follow the first parent of merges alone: a merge then stands for all that it brought. */
  readonly firstParent?: boolean | undefined;
}

export interface Range {
  readonly newest: string;
  /** Ids, a commit before its parents. */
  readonly candidates: readonly string[];
  /** Of each candidate, the indices of its parents that are candidates, too. */
  readonly parents: readonly (readonly number[])[];
  /** Undefined for a revision that is no candidate. */
  indexOf(id: string): number | undefined;
  /**
   * The candidates (their indices) of which each, as the culprit, would make this revision show the new
   * behaviour: itself and its ancestors. All for `newest`, also when a path limits the range and it isn't among
   * the candidates. None for anything else outside the range: that is older.
   */
  reach(id: string): Bits;
}

/** Reads `git rev-list --parents`: a commit and its parents a line. Lines that aren't are left out. */
export function parseRevList(text: string): ListedCommit[] {
  return text.split('\n').flatMap((line) => {
    const [id, ...parents] = line.trim().split(/\s+/);
    return id === undefined || !/^[0-9a-f]{7,64}$/.test(id) ? [] : [{ id, parents }];
  });
}

/** Throws an Error when a commit is listed twice, or after one of its parents. */
export function makeRange({ newest, listing, firstParent = false }: RangeInput): Range {
  const indices = new Map<string, number>();
  for (const [index, { id }] of listing.entries()) {
    if (indices.has(id)) throw new Error(`commit ${id} is listed twice`);
    indices.set(id, index);
  }
  const parents = listing.map(({ id, parents: all }, index) =>
    (firstParent ? all.slice(0, 1) : all).flatMap((parent) => {
      const at = indices.get(parent);
      if (at === undefined) return [];
      if (at <= index) throw new Error(`commit ${id} is listed after its parent ${parent}`);
      return [at];
    }),
  );
  const size = listing.length;
  const reaches: Bits[] = new Array(size);
  for (let index = size - 1; index >= 0; index--) {
    const bits = emptyBits(size);
    addBit(bits, index);
    for (const parent of parents[index] ?? []) addAll(bits, reaches[parent] ?? emptyBits(size));
    reaches[index] = bits;
  }
  const [all, none] = [fullBits(size), emptyBits(size)];
  return {
    newest,
    candidates: listing.map(({ id }) => id),
    parents,
    indexOf: (id) => indices.get(id),
    reach: (id) => (id === newest ? all : (reaches[indices.get(id) ?? -1] ?? none)),
  };
}

/**
 * The candidates that no test of a revision in `testable` can tell from this one, itself included, in the order
 * of the range. More than itself only where commits can't be tested.
 */
export function inseparable(range: Range, candidate: number, testable: Iterable<string>): number[] {
  let alike = range.candidates.map((_, index) => index);
  for (const id of testable) {
    if (alike.length === 1) break;
    const reach = range.reach(id);
    const side = hasBit(reach, candidate);
    alike = alike.filter((other) => hasBit(reach, other) === side);
  }
  return alike;
}
