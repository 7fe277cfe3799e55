/** What is fuzzed: a kind of input that strangers, crashes or guests write, and what must hold for any of it. */
import type fc from 'fast-check';
import { ReproError } from '../../scripts/lib/errors.ts';

export interface FuzzKind {
  readonly name: string;
  readonly inputs: fc.Arbitrary<unknown>;
  /** Throws, or rejects, when something doesn't hold for an input. */
  readonly check: (input: unknown) => Promise<void>;
}

export function fuzzKind<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): FuzzKind {
  return { name, inputs, check: async (input) => check(input as T) };
}

/**
 * Calls `work`. An error of ours, with its message and without a stack, is an answer, and so is one of `declared`, which
 * the caller of `work` knows; any other is a crash.
 */
export async function answered<T>(
  work: () => T | Promise<T>,
  ...declared: readonly (new (
    ...args: never
  ) => Error)[]
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const known = [ReproError, ...declared].some((kind) => error instanceof kind);
    if (!known || !(error instanceof Error)) throw error;
    if (error.message.trim() === '') throw new Error(`an empty message: ${error.name}`, { cause: error });
    return undefined;
  }
}

/** Throws where something isn't so. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}
