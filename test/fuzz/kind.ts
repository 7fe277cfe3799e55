/** What is fuzzed: a kind of input that strangers write, and what must hold for any of it. */
import fc from 'fast-check';
import { ReproError } from '../../scripts/lib/errors.ts';

export interface FuzzKind {
  readonly name: string;
  /** Calls `check` with inputs that `fast-check` makes. */
  readonly property: fc.IAsyncPropertyWithHooks<[unknown]>;
  /** Carries out the check of one input. Throws when it doesn't hold. */
  readonly check: (input: unknown) => Promise<void>;
  readonly inputs: fc.Arbitrary<unknown>;
}

/** `check` throws, or rejects, when something doesn't hold for an input. */
export function fuzzKind<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): FuzzKind {
  const run = async (input: unknown) => check(input as T);
  return { name, inputs, check: run, property: fc.asyncProperty(inputs as fc.Arbitrary<unknown>, run) };
}

/** Calls `work`. An error of ours, with its message and without a stack, is an answer; any other is a crash. */
export async function answered<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReproError)) throw error;
    if (error.message.trim() === '') throw new Error(`an empty message (${error.code})`, { cause: error });
    return undefined;
  }
}

/** Throws where something isn't so. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}
