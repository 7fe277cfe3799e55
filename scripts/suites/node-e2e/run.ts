/** Runs the chosen tests once, and turns what they left into a sample. */
import type { Machine } from '../../../vm/machine.ts';
import { ReproError } from '../../lib/errors.ts';
import { stretched } from '../../lib/limit.ts';
import { daemonState } from '../cri/containerd.ts';
import { LOG_FILE } from '../cri/containerd-config.ts';
import { type GinkgoRun, readGinkgoJunit } from '../ginkgo/junit.ts';
import { resultsOf, tellResults } from '../ginkgo/results.ts';
import { lastLines, quote } from '../guest-shell.ts';
import type { SampleSink, SuiteContext } from '../suite.ts';
import { type Filter, runArgs, shellCommand } from './command.ts';
import { missingImage } from './images.ts';
import { logsByTest } from './test-logs.ts';

export interface Chosen {
  readonly ginkgo: 1 | 2;
  readonly filter: Filter;
  /** All tests that the filters choose. */
  readonly names: readonly string[];
}

/** Bytes of a log that are kept, its end. */
const LOG_BYTES = 8_000_000;
/** Leads to the folder of a sample whose files were not read: one that was interrupted or ran out of time. */
export const UNREAD = '/var/lib/repro/e2e/unread';
/** Of the sample's time, what is left for ending the services and reading what they left. */
const READING_SECONDS = 90;
/** Exit codes of `timeout`. */
const TIMED_OUT = [124, 137];
/** Lines of a failed set-up's message that are repeated. */
const MESSAGE_LINES = 12;

interface Sample {
  readonly machine: Machine;
  readonly context: SuiteContext;
  readonly sink: SampleSink;
}

/**
 * Throws ReproError `e2e-died`, `e2e-setup`, `e2e-timeout`, `containerd-died`, `kubelet-died`, `no-image`: there is no
 * answer then.
 */
export async function runTests(
  { ginkgo, filter, names }: Chosen,
  { machine, context, sink }: Sample,
  signal: AbortSignal,
): Promise<void> {
  const dir = `/var/lib/repro/e2e/${sink.slug}`;
  const seconds = stretched(Math.max(60, context.cell.timeout - READING_SECONDS), machine.hostWait);
  const without = names.filter((name) => missingImage(name) !== undefined);
  const args = runArgs({
    ginkgo,
    filter,
    without,
    seconds,
    driver: context.cgroupDriver,
    reportDir: `${dir}/report`,
  });
  // Interrupted, ginkgo still writes what it knows.
  const script = `rm -rf ${quote(dir)}
mkdir -p ${quote(dir)}/report && cd ${quote(dir)} || exit
ln -sfn ${quote(dir)} ${UNREAD}
date +%s >began
timeout -s INT -k 30 ${seconds} ${shellCommand(args)} >output.txt 2>&1 </dev/null`;
  await sink.keep('command.sh', `${script}\n`);
  let exitCode: number;
  try {
    ({ exitCode } = await machine.exec(script, { signal, timeout: context.cell.timeout * 1000 }));
  } finally {
    if (!machine.lost.aborted) await stopServices(machine);
  }
  const files = await readFiles(machine, dir, sink);
  await mustHaveNode(machine, dir, sink);
  const run = junitOf(files, exitCode);
  const results = resultsOf(run.tests, names, missingImage);
  tellResults(results, sink);
  for (const [name, text] of logsByTest(results, files)) await sink.keep(name, text);
  if (TIMED_OUT.includes(exitCode))
    throw new ReproError(
      'e2e-timeout',
      `e2e_node.test was ended after ${seconds} s, with ${run.tests.length} tests done`,
      { hint: 'choose fewer tests by focus, or give the scenario a longer timeout' },
    );
  if (results.every(({ outcome }) => outcome === 'skipped'))
    throw new ReproError('no-image', `no test ran, the first because: ${results[0]?.message}`);
}

/** The program's own services end with it; a kubelet that a time-out left is ended here, for the next sample. */
async function stopServices(machine: Machine): Promise<void> {
  const script = `systemctl stop 'kubelet-*.service' 2>/dev/null
busybox pkill -f '^/usr/bin/e2e_node.test' 2>/dev/null
true`;
  await machine.exec(script, { timeout: 60_000 });
}

/** What it left, by name; kept as evidence. */
async function readFiles(machine: Machine, dir: string, sink: SampleSink): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const wanted = {
    'output.txt': 'output.txt',
    'kubelet.log': 'report/kubelet.log',
    'services.log': 'report/services.log',
  };
  const read = async (name: string, path: string) => {
    const { exitCode, stdout } = await machine.exec(`tail -c ${LOG_BYTES} ${path}`, { timeout: 60_000 });
    if (exitCode !== 0 || stdout === '') return;
    files.set(name, stdout);
    await sink.keep(name, stdout);
  };
  for (const [name, path] of Object.entries(wanted)) await read(name, quote(`${dir}/${path}`));
  // Of all samples; the whole of it is kept with the cell.
  const containerd = await machine.exec(['tail', '-c', String(LOG_BYTES), LOG_FILE], { timeout: 60_000 });
  if (containerd.exitCode === 0) files.set('containerd.log', containerd.stdout);
  await read('junit.xml', `${quote(`${dir}/report`)}/junit*.xml`);
  await machine.exec(`rm -f ${UNREAD}`);
  return files;
}

/** Without its containerd, or with a kubelet that ended by itself, a node's tests fail for that alone. */
async function mustHaveNode(machine: Machine, dir: string, sink: SampleSink): Promise<void> {
  const containerd = await daemonState(machine);
  if (!containerd.active) {
    await sink.keep('containerd-tail.log', containerd.tail);
    throw new ReproError('containerd-died', `containerd ended: ${lastLines(containerd.tail, 1)}`);
  }
  const since = `"@$(cat ${quote(`${dir}/began`)})"`;
  const script = `journalctl -q -o cat --since ${since} -u 'kubelet-*' | grep 'Main process exited'`;
  const { stdout } = await machine.exec(script, { timeout: 60_000 });
  const ended = unexpectedEnd(stdout);
  if (ended !== undefined) throw new ReproError('kubelet-died', `the kubelet ended: ${ended}`);
}

/** Of systemd's lines about the kubelet's ends, the first that the tests' own way to end it (SIGTERM) doesn't explain. */
export function unexpectedEnd(journal: string): string | undefined {
  return journal.split('\n').find((line) => line.trim() !== '' && !line.includes('status=15/TERM'));
}

function junitOf(files: ReadonlyMap<string, string>, exitCode: number): GinkgoRun {
  const text = files.get('junit.xml');
  const said = lastLines(files.get('output.txt') ?? '', 5);
  if (text === undefined)
    throw new ReproError(
      'e2e-died',
      `e2e_node.test ended with exit code ${exitCode} and no results: ${said}`,
    );
  const run = readGinkgoJunit(text, "e2e_node.test's JUnit file");
  const [setup] = run.setupFailures;
  if (setup !== undefined)
    throw new ReproError(
      'e2e-setup',
      `${setup.name} failed: ${lastLines(setup.message ?? said, MESSAGE_LINES)}`,
    );
  return run;
}
