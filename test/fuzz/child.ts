/**
 * Fuzzes one kind in a process of its own, for `main.ts`: `child.ts <module> <kind> <runs> <seed> <progress> [path]`.
 * Writes into the file `progress` which input it is at, as `<seed> <path>`, and prints a `Result`.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { messageOf } from '../../scripts/lib/errors.ts';
import type { FuzzKind } from './kind.ts';
import { type Failure, LIMITS, type Result } from './limits.ts';

/** Failures of a kind after which it is given up. */
const MOST_FAILURES = 5;
/** Milliseconds in which a failing input is made smaller. */
const SHRINKING = 20_000;

const [module = '', name = '', runs = '', seed = '', progress = '', given] = process.argv.slice(2);
const path = given === '' ? undefined : given;
const { kinds } = (await import(resolve(module))) as { readonly kinds: readonly FuzzKind[] };
const kind = kinds.find((one) => one.name === name);
if (kind === undefined) throw new Error(`no kind ${name}`);

const file = openSync(progress, 'w');
const failures: Failure[] = [];
let inputs = 0;
let slowest = 0;
for (let from = Number(seed); inputs < Number(runs) && failures.length < MOST_FAILURES; from++) {
  const details = await fuzz(kind, { seed: from, numRuns: Number(runs) - inputs, path });
  inputs += Math.max(1, details.numRuns);
  if (!details.failed) break;
  failures.push(failureOf(details));
  // The first hang is enough, and of memory there won't be less.
  if (slowest > LIMITS.time || peak() > LIMITS.memory || path !== undefined) break;
}
closeSync(file);
const result: Result = { inputs, slowest, peak: peak(), failures };
process.stdout.write(`${JSON.stringify(result)}\n`);

interface Order {
  readonly seed: number;
  readonly numRuns: number;
  readonly path: string | undefined;
}

/** Ends at the first failure, with a smaller input that fails as well. */
function fuzz({ inputs: arbitrary, check }: FuzzKind, { seed: from, numRuns, path: at }: Order) {
  let run = 0;
  let failedAt: number | undefined;
  const property = fc.asyncProperty(arbitrary, async (input) => {
    // What takes long, or much memory, stays as it is, and so does what takes long to be made smaller.
    if (failedAt !== undefined && performance.now() > failedAt) return;
    if (failedAt === undefined) writeSync(file, `${from} ${at ?? run++}\n`.padEnd(60), 0);
    const problem = await problemOf(() => check(input));
    if (problem === undefined) return;
    failedAt ??= problem.shrinks ? performance.now() + SHRINKING : 0;
    throw problem.error;
  });
  return fc.check(property, { seed: from, numRuns, ...(at === undefined ? {} : { path: at }) });
}

/** What is wrong with how an input was taken. */
async function problemOf(
  check: () => Promise<void>,
): Promise<{ readonly error: unknown; readonly shrinks: boolean } | undefined> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let thrown: { readonly error: unknown } | undefined;
  try {
    await check();
  } catch (error) {
    thrown = { error };
  }
  const { user, system } = process.cpuUsage(cpu);
  // On a busy host a process waits: its CPU time tells then. With threads beside, it is the other way round.
  const took = Math.min(performance.now() - began, (user + system) / 1000);
  slowest = Math.max(slowest, took);
  if (peak() > LIMITS.memory) return { error: new Error(`memory: ${peak()} MiB`), shrinks: false };
  if (took > LIMITS.time) return { error: new Error(`hang: ${Math.round(took)} ms`), shrinks: false };
  return thrown === undefined ? undefined : { ...thrown, shrinks: true };
}

function failureOf({ seed: from, counterexamplePath, counterexample, errorInstance }: Details): Failure {
  const error = errorInstance instanceof Error ? (errorInstance.stack ?? '') : messageOf(errorInstance);
  return { seed: from, path: counterexamplePath ?? '', input: fc.stringify(counterexample?.[0]), error };
}

type Details = Awaited<ReturnType<typeof fuzz>>;

/** MiB that the process had at most, so far. */
function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
