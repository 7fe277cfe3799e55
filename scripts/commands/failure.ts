/** An error as a user sees it. */
import pc from 'picocolors';
import { EXIT, MachineError, ReproError } from '../lib/errors.ts';
import { oneLine } from '../lib/plain.ts';
import { onLines, write } from './output.ts';

/** Prints `error` to stderr; returns the exit code for it. A stack trace only for what is a bug of ours. */
export function report(error: unknown): number {
  if (isSystemError(error)) {
    // Disk full, no permission, too many open files: the host's answer, not a bug.
    tell(`${pc.red('repro:')} ${onLines(error.message)}`);
    return EXIT.skip;
  }
  if (!(error instanceof ReproError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell(`${pc.red('repro: internal error')}\n${stack}`);
    return EXIT.skip;
  }
  tell(`${pc.red('repro:')} ${onLines(error.message)}`);
  if (error instanceof MachineError && error.consoleTail.length > 0) {
    tell(pc.dim('the console ended with:'));
    for (const line of error.consoleTail) tell(`  ${oneLine(line)}`);
  }
  if (error.hint !== undefined) tell(`${pc.dim('hint:')} ${onLines(error.hint)}`);
  if (process.env.REPRO_DEBUG && error.stack !== undefined) tell(error.stack);
  return error.exitCode;
}

const tell = (text: string): void => write(`${text}\n`, process.stderr);

/** An error of a system call, which names the call and, where there is one, the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
