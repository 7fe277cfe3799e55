/** What of a failed build's output says why. Pure. */

/** `./main.go:12:3: undefined: foo`, `main.c:3:5: error: …`, `vendor/x.go:1: …`. */
const PLACED = /^\S+?:\d+(?::\d+)?: /;
/** A linker's, make's or Go's own, without a place. */
const UNPLACED = /\b(?:error|undefined reference|cannot find|No such file|fatal|No rule to make)\b/;
const HARMLESS = /: (?:warning|note): /;

/** At most `limit` lines: the compiler's where there are some, else any that name an error, else the last ones. */
export function failureLines(output: string, limit = 10): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !HARMLESS.test(line));
  const placed = lines.filter((line) => PLACED.test(line));
  if (placed.length > 0) return placed.slice(0, limit);
  const named = lines.filter((line) => UNPLACED.test(line));
  return named.length > 0 ? named.slice(0, limit) : lines.slice(-limit);
}
