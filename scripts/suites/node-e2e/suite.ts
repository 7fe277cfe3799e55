/** The `node-e2e` suite: Kubernetes' own node tests, by its own program, against the machine's kubelet, containerd and runc. */
import { ReproError } from '../../lib/errors.ts';
import { startContainerd } from '../cri/containerd.ts';
import { inspectNode, readLogs } from '../cri/inspect.ts';
import { readGinkgoJunit } from '../ginkgo/junit.ts';
import { anyOf } from '../ginkgo/pattern.ts';
import { lastLines, runGuest } from '../guest-shell.ts';
import { inspectGuest } from '../inspect.ts';
import type { PreparedSuite, Suite, SuitePlace } from '../suite.ts';
import { type Filter, listArgs, machineSetup, PROGRAM, shellCommand } from './command.ts';
import type { NodeE2eParams } from './description.ts';
import { E2E_IMAGES, missingImage } from './images.ts';
import { type Chosen, runTests, UNREAD } from './run.ts';

/** Milliseconds that naming the tests may take: the program waits 15 s for the network before anything else. */
const LIST_TIMEOUT = 600_000;
const LIST_DIR = '/var/lib/repro/e2e/list';

export const nodeE2e: Suite<NodeE2eParams> = {
  id: 'node-e2e',

  async prepare(place, signal) {
    const { machine, context } = place;
    const options = { images: E2E_IMAGES, applets: 'all', cni: true } as const;
    (await startContainerd(machine, context, signal, options)).close();
    await runGuest(machine, 'preparing the machine for the node tests', `set -e\n${machineSetup()}`, {
      signal,
    });
    return preparedTests(place, await choose(place, signal));
  },

  logs(machine, signal) {
    const unread = {
      'e2e-output.txt': `${UNREAD}/output.txt`,
      'e2e-services.log': `${UNREAD}/report/services.log`,
      'e2e-kubelet.log': `${UNREAD}/report/kubelet.log`,
    };
    return readLogs(machine, unread, signal);
  },
};

type Place = SuitePlace<NodeE2eParams>;

/** On a machine whose containerd runs and has the images. Knows which tests were chosen. */
function preparedTests(
  { machine, context }: Omit<Place, 'params'>,
  chosen: Chosen,
): PreparedSuite<NodeE2eParams> {
  return {
    async take({ caseId, sink }, signal) {
      if (caseId !== 'tests') throw new ReproError('unknown-case', `suite node-e2e has no case ${caseId}`);
      await runTests(chosen, { machine, context, sink }, signal);
    },

    async inspect(signal) {
      const node = await inspectNode(machine, {}, signal);
      // The tests' own program is left out: its digest takes long under emulation, and is the layer's.
      return { ...node, ...(await inspectGuest(machine, { kubelet: 'kubelet' }, signal)) };
    },

    async [Symbol.asyncDispose]() {},
  };
}

/** Names the tests that the filters choose, and which of them can't be run for want of an image. */
async function choose({ machine, context, params }: Place, signal: AbortSignal): Promise<Chosen> {
  const filter: Filter = {
    focus: anyOf(params.focus),
    skip: anyOf(params.skip),
    labelFilter: params.labelFilter,
  };
  const options = { signal, timeout: LIST_TIMEOUT };
  const asked = await machine.exec(`grep -aqF onsi/ginkgo/v2 ${PROGRAM}`, options);
  const ginkgo = asked.exitCode === 0 ? 2 : 1;
  if (ginkgo === 1 && filter.labelFilter !== '')
    throw new ReproError(
      'label-filter',
      'labelFilter: these tests have no labels; they came with Kubernetes 1.25',
      {
        hint: 'choose by focus and skip',
      },
    );
  const script = `mkdir -p ${LIST_DIR} && cd ${LIST_DIR} || exit
${shellCommand(listArgs(ginkgo, filter, LIST_DIR))} >output.txt 2>&1 || { tail -n 20 output.txt >&2; exit 1; }
cat ${LIST_DIR}/junit*.xml`;
  const text = await runGuest(machine, 'naming the chosen tests', script, options);
  const names = readGinkgoJunit(text, 'the list of the chosen tests').tests.map(({ name }) => name);
  if (names.length === 0)
    throw new ReproError(
      'no-tests',
      `the filters choose no test: focus '${filter.focus}', skip '${filter.skip}'`,
    );
  const lines = names.map((name) => `${missingImage(name) ?? 'runs'}\t${name}`).sort();
  await context.keep('tests.txt', `${lines.join('\n')}\n`);
  const run = names.filter((name) => missingImage(name) === undefined);
  if (run.length === 0)
    throw new ReproError(
      'no-image',
      `image: each chosen test needs one that isn't here: ${lastLines(lines.join('; '), 1)}`,
    );
  return { ginkgo, filter, names };
}
