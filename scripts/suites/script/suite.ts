/**
 * The `script` suite: a shell script of the user's own.
 *
 * The contract: `run` is run by /bin/sh as root, in an empty folder of its own per sample, with every axis
 * in the environment (`cgroupDriver` as REPRO_CGROUP_DRIVER). Exit code 0 passes; with any other, the last
 * lines of stderr are the error. A line `metric <name> <number> <unit>` on stdout is a metric.
 */
import { LAYERED } from '../../components/index.ts';
import { ReproError } from '../../lib/errors.ts';
import type { MetricValue } from '../../model/metric.ts';
import { lastLines, quote, runGuest, writeFile } from '../guest-shell.ts';
import { inspectGuest } from '../inspect.ts';
import type { PlacedSample, Suite, SuiteContext } from '../suite.ts';
import type { ScriptParams } from './description.ts';

/** Lines of stderr that an error repeats. */
const ERROR_LINES = 10;
/** Bytes of stdout, and of stderr, that are kept. */
const OUTPUT_BYTES = 8 * 2 ** 20;

/** The name that an axis has in the script's environment. */
export function environmentName(axis: string): string {
  return `REPRO_${axis
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/\W+/g, '_')
    .toUpperCase()}`;
}

/** What the script finds in its environment: every axis, and what the machine was booted with. */
export function environment(context: SuiteContext): Record<string, string> {
  const { cgroup, cgroupDriver, cell } = context;
  const axes = Object.entries({ cgroup, cgroupDriver, ...cell.axes });
  return Object.fromEntries(axes.map(([name, value]) => [environmentName(name), String(value)]));
}

/**
 * A script around the user's: it has a file and a folder of its own, so that no `exit`, `cd` or syntax error
 * in it can keep the folder from being removed.
 */
export function wrap(id: string, text: string, variables: Readonly<Record<string, string>>): string {
  const base = `/var/tmp/repro-script/${id}`;
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
  return `rm -rf ${quote(base)}
mkdir -p ${quote(`${base}/work`)} || exit
${writeFile(`${base}/run`, text.endsWith('\n') ? text : `${text}\n`)} || exit
${exports.join('\n')}
(cd ${quote(`${base}/work`)} && exec /bin/sh ${quote(`${base}/run`)}) </dev/null
code=$?
rm -rf ${quote(base)}
exit $code`;
}

/** The metrics among the lines of a script's stdout. Throws ReproError `script-metric` for a line that is meant to be one and isn't. */
export function parseMetrics(stdout: string): [name: string, value: MetricValue][] {
  const lines = stdout.split('\n').filter((line) => /^metric\s/.test(line));
  return lines.map((line) => {
    const [, name, number, unit, ...rest] = line.trim().split(/\s+/);
    const value = Number(number);
    const named = name !== undefined && !(name in Object.prototype);
    if (!named || unit === undefined || rest.length > 0 || !Number.isFinite(value)) {
      throw new ReproError('script-metric', `not a metric: '${line.trim()}'`, {
        hint: "A metric is a line 'metric <name> <number> <unit>' on stdout, such as 'metric boot.time 812 ms'.",
      });
    }
    return [name, { value, unit }];
  });
}

export const script: Suite<ScriptParams> = {
  id: 'script',

  async prepare({ machine, context, params: { setup } }, signal) {
    if (setup !== undefined) {
      const text = wrap('setup', setup, environment(context));
      const options = { signal, timeout: timeoutOf(context), maxOutput: OUTPUT_BYTES };
      await runGuest(machine, "the scenario's setup script", text, options);
    }
    return {
      take: (sample, until) => takeSample({ ...sample, machine, context }, until),
      inspect: (until) => inspectGuest(machine, programsOf(context), until),
      async [Symbol.asyncDispose]() {},
    };
  },

  logs: async () => ({}),
};

async function takeSample(
  { caseId, params, sink, machine, context }: PlacedSample<ScriptParams>,
  signal: AbortSignal,
): Promise<void> {
  if (caseId !== 'script') throw new ReproError('unknown-case', `suite script has no case ${caseId}`);
  const text = wrap(sink.slug, params.run, environment(context));
  const options = { signal, timeout: timeoutOf(context), maxOutput: OUTPUT_BYTES };
  const result = await machine.exec(text, options);
  await sink.keep('stdout.txt', result.stdout);
  await sink.keep('stderr.txt', result.stderr);
  // A metric may be in what was left out; and what stands around the gap may not be what was printed.
  const missing = result.truncated?.stdout ?? 0;
  if (missing > 0) {
    const why = `the script wrote ${missing.toLocaleString('en-US')} bytes more to stdout than are kept`;
    throw new ReproError('output-too-large', `${why}: its metrics can't be told`);
  }
  if (result.exitCode !== 0) {
    const said = lastLines(result.stderr, ERROR_LINES);
    sink.error(said === '' ? `the script ended with exit code ${result.exitCode}` : said);
  }
  for (const [name, value] of parseMetrics(result.stdout)) sink.metric(name, value);
}

function timeoutOf(context: SuiteContext): number {
  return context.cell.timeout * 1000;
}

/** The components that the cell names, each by the program of the same name. The kernel is told anyway. */
function programsOf(context: SuiteContext): Record<string, string> {
  const named = LAYERED.filter((component) => component in context.cell.axes);
  return Object.fromEntries(named.map((component) => [component, component]));
}
