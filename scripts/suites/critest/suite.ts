/** The `critest` suite: the validation and the benchmark of cri-tools, by their own program, against the machine's containerd. */
import { ReproError } from '../../lib/errors.ts';
import { stretched } from '../../lib/limit.ts';
import { daemonState, startContainerd } from '../cri/containerd.ts';
import { SOCKET } from '../cri/containerd-config.ts';
import { BUSYBOX, type ImageDefinition } from '../cri/image.ts';
import { inspectNode, readLogs } from '../cri/inspect.ts';
import { readGinkgoJunit } from '../ginkgo/junit.ts';
import { anyOf } from '../ginkgo/pattern.ts';
import { type MissingImage, resultsOf, tellResults } from '../ginkgo/results.ts';
import { lastLines, quote, runGuest, writeFile } from '../guest-shell.ts';
import { inspectGuest } from '../inspect.ts';
import type { PreparedSuite, SampleRun, SampleSink, Suite, SuitePlace } from '../suite.ts';
import { critestArgs } from './command.ts';
import type { CritestParams } from './description.ts';

const WORK = '/var/lib/repro/critest';
const IMAGES_FILE = `${WORK}/images.yaml`;
/** Leads to the folder of a call whose files were not read: it was interrupted or ran out of time. */
const UNREAD = `${WORK}/unread`;
const PROGRAM = '/usr/bin/critest';
const LOG_BYTES = 8_000_000;
/** Of the sample's time, what is left for reading. */
const READING_SECONDS = 30;

/** The name that cri-tools' tests ask for, from 1.24 on; older ones read ours from the file of images. */
const IMAGES: readonly ImageDefinition[] = [
  { ...BUSYBOX, ref: 'registry.k8s.io/e2e-test-images/busybox:1.29-2' },
];

/** Known of the tests in `pkg/validate` of cri-tools 1.25 to 1.36: those that pull, and those whose server is nginx. */
export const missingImage: MissingImage = (name) => {
  if (/Image Manager|image ID consistency|Idempotence.*image/i.test(name)) return 'a registry to pull from';
  if (/port ?(?:mapping|forward)|host port/i.test(name)) return 'nginx';
  return undefined;
};

export const critest: Suite<CritestParams> = {
  id: 'critest',

  async prepare({ machine, context }, signal) {
    const options = { images: IMAGES, applets: 'all', cni: true } as const;
    (await startContainerd(machine, context, signal, options)).close();
    const text = `defaultTestContainerImage: ${BUSYBOX.ref}\n`;
    await runGuest(machine, 'preparing critest', `mkdir -p ${WORK}\n${writeFile(IMAGES_FILE, text)}`, {
      signal,
    });
    return new PreparedCritest({ machine, context });
  },

  logs: (machine, signal) => readLogs(machine, { 'critest-output.txt': `${UNREAD}/output.txt` }, signal),
};

type Place = Pick<SuitePlace<CritestParams>, 'machine' | 'context'>;

/** On a machine whose containerd runs and has the images. */
export class PreparedCritest implements PreparedSuite<CritestParams> {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async take({ caseId, params, sink }: SampleRun<CritestParams>, signal: AbortSignal): Promise<void> {
    const { machine } = this.#place;
    if (caseId !== 'validation' && caseId !== 'benchmark')
      throw new ReproError('unknown-case', `suite critest has no case ${caseId}`);
    const benchmark = caseId === 'benchmark';
    const names = await this.#list(benchmark, params, sink, signal);
    const without = names.filter((name) => missingImage(name) !== undefined);
    const wanted = { ...params, benchmark, dry: false, without };
    const { exitCode, text, output } = await this.#call(wanted, sink, signal);
    const containerd = await daemonState(machine);
    if (!containerd.active)
      throw new ReproError('containerd-died', `containerd ended: ${lastLines(containerd.tail, 1)}`);
    if (text === '')
      throw new ReproError(
        'critest-died',
        `critest ended with exit code ${exitCode} and no results: ${lastLines(output, 5)}`,
      );
    const run = readGinkgoJunit(text, "critest's JUnit file");
    const [setup] = run.setupFailures;
    if (setup !== undefined)
      throw new ReproError('critest-setup', `${setup.name} failed: ${lastLines(setup.message ?? '', 5)}`);
    const results = resultsOf(run.tests, names, missingImage);
    tellResults(results, sink);
    if (results.every(({ outcome }) => outcome === 'skipped'))
      throw new ReproError('no-image', `no test ran, the first because: ${results[0]?.message}`);
  }

  async inspect(signal: AbortSignal) {
    const { machine } = this.#place;
    const node = await inspectNode(machine, {}, signal);
    return { ...node, ...(await inspectGuest(machine, { critest: PROGRAM }, signal)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** The tests that the filters choose. */
  async #list(
    benchmark: boolean,
    params: CritestParams,
    sink: SampleSink,
    signal: AbortSignal,
  ): Promise<string[]> {
    const wanted = { ...params, benchmark, dry: true, without: [] };
    const { text, output } = await this.#call(wanted, sink, signal);
    if (text === '')
      throw new ReproError('critest-died', `critest can't name its tests: ${lastLines(output, 5)}`);
    const names = readGinkgoJunit(text, 'the list of the chosen tests').tests.map(({ name }) => name);
    if (names.length === 0)
      throw new ReproError(
        'no-tests',
        `the filters choose no test: focus '${params.focus}', skip '${params.skip}'`,
      );
    return names;
  }

  async #call(
    { benchmark, dry, without, focus, skip }: Call,
    sink: SampleSink,
    signal: AbortSignal,
  ): Promise<{ exitCode: number; text: string; output: string }> {
    const {
      machine,
      context: { cell },
    } = this.#place;
    const dir = `${WORK}/${sink.slug}${dry ? '-list' : ''}`;
    const seconds = stretched(Math.max(30, cell.timeout - READING_SECONDS), machine.hostWait);
    const args = critestArgs({
      benchmark,
      dry,
      without,
      socket: SOCKET,
      imagesFile: IMAGES_FILE,
      reportDir: dir,
      focus: anyOf(focus),
      skip: anyOf(skip),
    });
    const command = `timeout -s INT -k 10 ${seconds} ${[PROGRAM, ...args].map(quote).join(' ')}`;
    const script = `rm -rf ${quote(dir)}; mkdir -p ${quote(dir)} && cd ${quote(dir)} || exit
ln -sfn ${quote(dir)} ${UNREAD}
${command} >output.txt 2>&1 </dev/null`;
    const { exitCode } = await machine.exec(script, { signal, timeout: cell.timeout * 1000 });
    const read = async (path: string) => {
      const result = await machine.exec(`tail -c ${LOG_BYTES} ${path}`, { timeout: 60_000 });
      return result.exitCode === 0 ? result.stdout : '';
    };
    const output = await read(quote(`${dir}/output.txt`));
    const text = await read(`${quote(dir)}/junit*.xml`);
    await machine.exec(`rm -f ${UNREAD}`);
    if (!dry) {
      await sink.keep('command.sh', `${script}\n`);
      await sink.keep('output.txt', output);
      if (text !== '') await sink.keep('junit.xml', text);
    }
    return { exitCode, text, output };
  }
}

interface Call extends CritestParams {
  readonly benchmark: boolean;
  /** Name the tests, run none. */
  readonly dry: boolean;
  readonly without: readonly string[];
}
