/** The figures of builds side by side as Markdown. Pure. */

export interface Pair {
  /** Hash and subject of the commit. */
  readonly subject: string;
  /** Seconds of plain make. */
  readonly plain: number;
  /** Seconds of ours. */
  readonly repro: number;
}

/** The first pair had cold caches, and counts for neither the sum nor the median. */
export function table([cold, ...warm]: readonly Pair[]): string {
  const rows = warm.map(({ subject, plain, repro }) => row(subject, plain, repro));
  const sum = (pick: (pair: Pair) => number) => warm.reduce((total, pair) => total + pick(pair), 0);
  const ratios = warm.map(({ plain, repro }) => repro / plain).sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  return [
    '| commit | `make` | `git:` | |',
    '| --- | --: | --: | --: |',
    ...(cold === undefined ? [] : [row(`${cold.subject} (nothing compiled yet)`, cold.plain, cold.repro)]),
    ...rows,
    row(
      '**all after the first**',
      sum((pair) => pair.plain),
      sum((pair) => pair.repro),
    ),
    '',
    `Median of the ratios: ${middle.toFixed(2)}, from ${(ratios[0] ?? Number.NaN).toFixed(2)} to ${(ratios.at(-1) ?? Number.NaN).toFixed(2)}.`,
  ].join('\n');
}

function row(what: string, plain: number, repro: number): string {
  const more = Math.round((repro / plain - 1) * 100);
  return `| ${what} | ${plain.toFixed(1)} s | ${repro.toFixed(1)} s | ${more >= 0 ? '+' : '−'}${Math.abs(more)}% |`;
}
