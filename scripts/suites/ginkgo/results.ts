/** What a run of a test program says of the tests that were chosen, and how a sample tells it. Pure. */
import type { TestResult } from '../../model/sample.ts';
import { lastLines } from '../guest-shell.ts';
import type { SampleSink } from '../suite.ts';

/** Lines of a failed test's message that an error repeats. */
const MESSAGE_LINES = 12;

/** The image that a test needs and that isn't there, as far as its name tells; undefined when nothing is known. */
export type MissingImage = (test: string) => string | undefined;

/** The image that a test's failure says could not be had; undefined when that wasn't it. */
export function imageInFailure(message: string): string | undefined {
  const named =
    /(?:failed to pull(?: and unpack)? image|Container image) "([^"]+)"/i.exec(message)?.[1] ??
    /image "?([\w.:/@-]+)"? (?:is not present|not found)/.exec(message)?.[1];
  if (named !== undefined) return named;
  return /\bErrImage(?:Pull|NeverPull)\b|\bImagePullBackOff\b/.test(message) ? 'an image' : undefined;
}

/** Results of all that were chosen, in the order of their names: also of those that need an image nobody has. */
export function resultsOf(
  tests: readonly TestResult[],
  names: readonly string[],
  missing: MissingImage,
): TestResult[] {
  const ran = new Map(tests.map((test) => [test.name, test]));
  return [...names].sort().map((name) => {
    const image = missing(name);
    if (image !== undefined) return skipped(name, `image: ${image}`);
    const test = ran.get(name);
    if (test === undefined) return skipped(name, 'the test skipped itself, or the run ended before it');
    const wanted = test.outcome === 'failed' ? imageInFailure(test.message ?? '') : undefined;
    return wanted === undefined
      ? test
      : { ...skipped(name, `image: ${wanted}`), durationMs: test.durationMs };
  });
}

/** The results, an error for each test that failed, and how many there are. */
export function tellResults(results: readonly TestResult[], sink: SampleSink): void {
  sink.tests(results);
  for (const { name, outcome, message = '' } of results) {
    if (outcome === 'failed') sink.error(`${name}: ${lastLines(message, MESSAGE_LINES)}`);
  }
  for (const outcome of ['passed', 'failed', 'skipped'] as const) {
    const value = results.filter((result) => result.outcome === outcome).length;
    sink.metric(`tests.${outcome}`, { value, unit: 'tests' });
  }
}

function skipped(name: string, message: string): TestResult {
  return { name, outcome: 'skipped', durationMs: 0, message };
}
