/** The figures of builds side by side as Markdown. Pure. */

export interface Pair {
  /** Hash and subject of the commit. */
  readonly subject: string;
  /** Seconds of plain make. */
  readonly plain: number;
  /** Seconds of ours. */
  readonly repro: number;
  /** Whether the very same files were built before, as with a merge that brings nothing else: ours has it already. */
  readonly again: boolean;
}

/** The first pair had cold caches. Sum and median are of the rest, as far as something was built. */
export function table(pairs: readonly Pair[]): string {
  const built = pairs.slice(1).filter(({ again }) => !again);
  const sum = (pick: (pair: Pair) => number) => built.reduce((total, pair) => total + pick(pair), 0);
  const ratios = built.map(({ plain, repro }) => repro / plain).sort((a, b) => a - b);
  const at = (index: number) => (ratios.at(index) ?? Number.NaN).toFixed(2);
  return [
    '| commit | `make` | `git:` | |',
    '| --- | --: | --: | --: |',
    ...pairs.map(({ subject, plain, repro, again }, index) =>
      row(
        subject + (index === 0 ? ' (nothing compiled yet)' : again ? ' (the same files)' : ''),
        plain,
        repro,
      ),
    ),
    row(
      `**the ${built.length} that were built after the first**`,
      sum((pair) => pair.plain),
      sum((pair) => pair.repro),
    ),
    '',
    `Ratios of these: ${at(0)} to ${at(-1)}, median ${at(Math.floor(ratios.length / 2))}.`,
  ].join('\n');
}

function row(what: string, plain: number, repro: number): string {
  const more = Math.round((repro / plain - 1) * 100);
  return `| ${what} | ${plain.toFixed(1)} s | ${repro.toFixed(1)} s | ${more >= 0 ? '+' : '−'}${Math.abs(more)}% |`;
}
