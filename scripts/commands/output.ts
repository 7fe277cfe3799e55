/** Lines for people and programs. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress and remarks go to stderr, so that stdout holds the answer alone. */
export function say(text: string): void {
  process.stderr.write(`repro: ${text}\n`);
}

/** Columns as wide as their widest value; the last is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length);
  }
  return rows
    .map((row) =>
      row
        .map((text, index) => (index === row.length - 1 ? text : text.padEnd(widths[index] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
