/**
 * The kinds of failure this project tells apart. Each is formatted once, at the edge (`repro.ts`);
 * everything below throws and lets the edge decide what the user sees and which code the process exits with.
 */

/** Exit codes: git bisect's, so that `git bisect run repro run …` works. */
export const EXIT = { ok: 0, bad: 1, usage: 2, skip: 125, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ErrorDetails {
  /** What the user can do about it, one sentence or a command that can be pasted. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An error that is explained by its message alone: printed without a stack trace. */
export class ReproError extends Error {
  override readonly name: string = 'ReproError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode = EXIT.skip;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

/** The user asked for something that can't be: a wrong option, an invalid scenario. Exit code 2. */
export class UsageError extends ReproError {
  override readonly name = 'UsageError';
  override readonly exitCode = EXIT.usage;
}

export type MachineErrorCode =
  | 'boot-timeout'
  | 'boot-failed'
  | 'panic'
  | 'lost'
  | 'exec-timeout'
  | 'attach-failed'
  | 'provider';

/**
 * The machine failed, not what was tested on it: it didn't boot, panicked, hung, lost its network.
 * Becomes a *skip*, never a *bad*.
 */
export class MachineError extends ReproError {
  override readonly name = 'MachineError';
  declare readonly code: MachineErrorCode;
  /** The console's last lines at the time of the failure; empty when there was no console. */
  readonly consoleTail: readonly string[];

  constructor(
    code: MachineErrorCode,
    message: string,
    details: ErrorDetails & { readonly consoleTail?: readonly string[] } = {},
  ) {
    super(code, message, details);
    this.consoleTail = details.consoleTail ?? [];
  }
}

/** The same failure in other words: its code, its hint and its console stay. */
export function retold(error: MachineError, message: string): MachineError {
  const { code, hint, consoleTail } = error;
  return new MachineError(code, message, { hint, consoleTail, cause: error });
}

/** An artifact could not be had: no such package, the mirror is down, a digest doesn't match. Becomes a *skip*. */
export class ArtifactError extends ReproError {
  override readonly name = 'ArtifactError';
}

/** The user interrupted the run (Ctrl-C). */
export class InterruptedError extends ReproError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = EXIT.interrupted;

  constructor(message = 'interrupted') {
    super('interrupted', message);
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, '; ');
}
