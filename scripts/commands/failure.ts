/** An error as a user sees it. */
import pc from 'picocolors';
import { EXIT, MachineError, ReproError } from '../lib/errors.ts';

/** Prints `error` to stderr; returns the exit code for it. A stack trace only for what is a bug of ours. */
export function report(error: unknown): number {
  if (isSystemError(error)) {
    // Disk full, no permission, too many open files: the host's answer, not a bug.
    process.stderr.write(`${pc.red('repro:')} ${error.message}\n`);
    return EXIT.skip;
  }
  if (!(error instanceof ReproError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${pc.red('repro: internal error')}\n${stack}\n`);
    return EXIT.skip;
  }
  process.stderr.write(`${pc.red('repro:')} ${error.message}\n`);
  if (error instanceof MachineError && error.consoleTail.length > 0) {
    process.stderr.write(`${pc.dim('the console ended with:')}\n`);
    for (const line of error.consoleTail) process.stderr.write(`  ${line}\n`);
  }
  if (error.hint !== undefined) process.stderr.write(`${pc.dim('hint:')} ${error.hint}\n`);
  if (process.env.REPRO_DEBUG && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
  return error.exitCode;
}

/** An error of a system call, which names the call and, where there is one, the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
