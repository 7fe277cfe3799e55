/** A test's name as a regular expression of Go's that matches it. */
export function goPattern(name: string): string {
  return name.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** Several expressions, one a line, as one. */
export function anyOf(lines: string): string {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('|');
}
