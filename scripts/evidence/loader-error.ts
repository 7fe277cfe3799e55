/** Tells a program that could not be started from one that failed: what the kernel, a shell or the loader says then. */

const PATTERNS: readonly RegExp[] = [
  // glibc's loader, elf/dl-error-skeleton.c and elf/dl-version.c, and musl's.
  /error while loading shared libraries: .+/,
  /symbol lookup error: .+/,
  /version `[^']+' not found \(required by .+/,
  /Error (?:loading shared library|relocating) .+/,
  // execve(2)'s ENOEXEC, and ENOENT for the interpreter of a file that is there; bash's words and Go's.
  /cannot execute binary file.*/,
  /cannot execute: required file not found.*/,
  /[Ee]xec format error.*/,
  /bad interpreter: .+/,
];

/** What a shell says of a program that it could not execute: 126, or 127 where it, or a part of it, wasn't found. */
const NOT_STARTED = [126, 127];

/** Characters of a line that are looked at: a workload's may be as long as it likes, and what is said here is short. */
const LONGEST = 4_096;

/** The line of a program's output that says so; undefined when it says nothing of the kind. */
export function loaderError(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.slice(0, LONGEST).trim());
  return lines.find((line) => PATTERNS.some((pattern) => pattern.test(line)));
}

/** Why a program that a shell was told to start did not: a line of its output; undefined when it started. */
export function startError(exitCode: number, output: string): string | undefined {
  const said = loaderError(output);
  if (said !== undefined || !NOT_STARTED.includes(exitCode)) return said;
  return output.trim().split('\n').at(-1) || `exit code ${exitCode}`;
}

/** The words for it, and what to do. */
export function cannotStart(program: string, line: string): string {
  const library = /error while loading shared libraries: ([^:]+): cannot open/.exec(line)?.[1];
  const missing = library === undefined ? '' : `; the machine has no ${library}`;
  return `${program} can't start: ${line}${missing}`;
}
