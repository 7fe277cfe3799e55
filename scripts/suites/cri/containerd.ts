/** Brings containerd up in the guest, with its images, and connects to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../../vm/machine.ts';
import { messageOf, ReproError } from '../../lib/errors.ts';
import { Allowance } from '../../lib/limit.ts';
import { busyboxRoot } from '../busybox-root.ts';
import { lastLines, parseCollected, runGuest, writeFile } from '../guest-shell.ts';
import type { SuiteContext } from '../suite.ts';
import { type CriApi, type CriClient, connectCri } from './client.ts';
import { cniSetup } from './cni.ts';
import { CONFIG_FILE, containerdConfig, LOG_FILE, SOCKET, startCommand, UNIT } from './containerd-config.ts';
import { BUSYBOX, goArchitecture, type ImageDefinition, imageLayout, PAUSE } from './image.ts';

/** Where the image is put together: on the scratch disk. */
const WORK = '/var/lib/repro/cri';
/** Milliseconds of the machine's own time that containerd may take from its start to being ready for pods. */
const READY_TIMEOUT = 120_000;
/** Likewise, however long a sample may take: one that never is ready must not hold up a suite of hours. */
const LONGEST_READY = 600_000;

export interface ContainerdOptions {
  /** Version of the API to speak. Default: v1 where the runtime has it. */
  readonly api?: CriApi | 'auto';
  /** Names that our busybox gets beside those that the suites use. */
  readonly images?: readonly ImageDefinition[];
  /** Programs in it. */
  readonly applets?: 'few' | 'all';
  /** Whether pods have a network of their own. Needs the CNI plugins. */
  readonly cni?: boolean;
}

/** Throws ReproError `guest-script`, `cri-version`, `cri-not-ready`; nothing that a runtime does here is an answer yet. */
export async function startContainerd(
  machine: Machine,
  context: SuiteContext,
  signal: AbortSignal,
  { api = 'auto', images = [], applets = 'few', cni = false }: ContainerdOptions = {},
): Promise<CriClient> {
  const options = { signal, timeout: READY_TIMEOUT };
  const config = containerdConfig(context.cgroupDriver, PAUSE.ref, cni);
  await context.keep('containerd-config.toml', config);
  const facts = parseCollected(
    await runGuest(machine, 'starting containerd', startScript(config, applets, cni), options),
  );
  const layer = {
    sha256: facts.get('sha256') ?? '',
    size: Number(facts.get('size')),
    architecture: goArchitecture(facts.get('machine') ?? ''),
  };
  const files = imageLayout(layer, [PAUSE, BUSYBOX, ...images]);
  await runGuest(machine, 'importing the container images', importScript(layer.sha256, files), options);
  const socket = await machine.forward(SOCKET);
  return context.guest(() => connectWhenReady(socket, api, { machine, readyMs: readyMs(context) }, signal));
}

/** As long as a sample may take, within bounds. */
export function readyMs({ cell }: Pick<SuiteContext, 'cell'>): number {
  return Math.min(Math.max(READY_TIMEOUT, cell.timeout * 1000), LONGEST_READY);
}

/** Makes the layer, and starts containerd; prints what is to be known of the layer. */
function startScript(config: string, applets: 'few' | 'all', cni: boolean): string {
  return `set -e
mkdir -p ${WORK}/layout/blobs/sha256 /run/repro/cri /etc/containerd
modprobe overlay 2>/dev/null || true
# The runtime copies it into every sandbox.
[ -e /etc/hosts ] || echo '127.0.0.1 localhost' >/etc/hosts
${writeFile(CONFIG_FILE, config)}
${busyboxRoot(`${WORK}/rootfs`, applets)}${cni ? `\n${cniSetup()}` : ''}
cd ${WORK}
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C rootfs -cf layer.tar .
sum=$(sha256sum layer.tar)
echo "sha256:\${sum%% *}"
echo "size:$(stat -c %s layer.tar)"
echo "machine:$(uname -m)"
${startCommand()} || { tail -n 20 ${LOG_FILE} >&2; exit 1; }`;
}

function importScript(layer: string, files: ReadonlyMap<string, string>): string {
  return `set -e
cd ${WORK}/layout
mv ../layer.tar blobs/sha256/${layer}
${[...files].map(([path, text]) => writeFile(path, text)).join('\n')}
tar -cf ../image.tar .
ctr --namespace k8s.io images import ../image.tar
rm -rf ../image.tar ../layout`;
}

/** Waits until the runtime answers, says that it is ready, and knows the images. */
async function connectWhenReady(
  socket: string,
  wanted: CriApi | 'auto',
  { machine, readyMs }: { readonly machine: Machine; readonly readyMs: number },
  signal: AbortSignal,
): Promise<CriClient> {
  const allowed = new Allowance(readyMs, machine.hostWait);
  const options = { signal, timeout: 15_000 };
  let client: CriClient | undefined;
  try {
    for (;;) {
      let reason: string;
      try {
        client ??= await connectCri(socket, wanted, { ...options, wait: machine.hostWait });
        const missing = await notReady(client, options);
        if (missing === undefined) return client;
        reason = missing;
      } catch (error) {
        if (signal.aborted || (error instanceof ReproError && error.code === 'cri-version')) throw error;
        reason = messageOf(error);
      }
      if (allowed.over) {
        throw new ReproError(
          'cri-not-ready',
          `containerd did not become ready within ${allowed.said}: ${reason}`,
        );
      }
      await sleep(200, undefined, { signal });
    }
  } catch (error) {
    client?.close();
    throw signal.aborted ? signal.reason : error;
  }
}

/** What is missing until pods can be run; undefined when nothing is. The network may be: pods use the node's. */
async function notReady(
  client: CriClient,
  options: { signal: AbortSignal; timeout: number },
): Promise<string | undefined> {
  const { status } = await client.call('Status', {}, options);
  const ready = status?.conditions.find((condition) => condition.type === 'RuntimeReady');
  if (ready?.status !== true) return `RuntimeReady is false: ${ready?.message ?? 'no such condition'}`;
  for (const { ref } of [PAUSE, BUSYBOX]) {
    const { image } = await client.call('ImageStatus', { image: { image: ref } }, options);
    if (image === null) return `the runtime doesn't know the image ${ref}`;
  }
  return undefined;
}

export interface DaemonState {
  readonly active: boolean;
  /** Last lines of its log. */
  readonly tail: string;
}

/** Whether containerd still runs. */
export async function daemonState(machine: Machine): Promise<DaemonState> {
  const script = `systemctl is-active ${UNIT}\ntail -n 60 ${LOG_FILE}`;
  // A node that is out of memory takes its time.
  const { stdout } = await machine.exec(script, { timeout: 120_000 });
  const [state = '', ...tail] = stdout.split('\n');
  return { active: state === 'active', tail: lastLines(tail.join('\n'), 60) };
}
