/** The `oci` suite: runc directly, without containerd. */
import { MachineError, ReproError } from '../../lib/errors.ts';
import { reportMemory } from '../cgroup-memory.ts';
import { parseCollected } from '../guest-shell.ts';
import { inspectGuest } from '../inspect.ts';
import type { PlacedSample, SampleSink, Suite } from '../suite.ts';
import type { OciParams } from './description.ts';
import { prepareRootfs } from './prepare.ts';
import { type ContainerFiles, elapsed, startErrors, stepErrors } from './result.ts';
import { execScript, type ScriptOptions, startScript } from './script.ts';

export const oci: Suite<OciParams> = {
  id: 'oci',

  async prepare({ machine, context }, signal) {
    await prepareRootfs(machine, signal);
    return {
      take: (sample, until) => takeSample({ ...sample, machine, context }, until),
      inspect: (until) => inspectGuest(machine, { runc: 'runc' }, until),
      async [Symbol.asyncDispose]() {},
    };
  },

  logs: async () => ({}),
};

async function takeSample(sample: PlacedSample<OciParams>, signal: AbortSignal): Promise<void> {
  const { caseId, params, sink } = sample;
  switch (caseId) {
    case 'start':
      return start([sink.slug], sample, signal);
    case 'start-many': {
      const ids = Array.from({ length: params.count }, (_, index) => `${sink.slug}-${index + 1}`);
      return start(ids, sample, signal);
    }
    case 'exec':
      return execInto(sample, signal);
    default:
      throw new ReproError('unknown-case', `suite oci has no case ${caseId}`);
  }
}

/** Starts containers, all at once. `start.time` is from before the first to after the last. */
async function start(
  ids: readonly string[],
  sample: PlacedSample<OciParams>,
  signal: AbortSignal,
): Promise<void> {
  const { sink } = sample;
  const containers = await runScript(startScript, ids, sample, signal);
  for (const [id, files] of containers) {
    const prefix = containers.size > 1 ? `${id}: ` : '';
    for (const error of startErrors(files)) sink.error(prefix + error);
  }
  const all = [...containers.values()];
  reportMemory(all, sink);
  if (all.every((files) => files.has('end'))) {
    const [begin] = all.map((files) => files.get('begin')).sort();
    const end = all
      .map((files) => files.get('end'))
      .sort()
      .at(-1);
    reportTime('start.time', elapsed(begin, end), sink);
  }
}

async function execInto(sample: PlacedSample<OciParams>, signal: AbortSignal): Promise<void> {
  const { sink } = sample;
  const containers = await runScript(execScript, [sink.slug], sample, signal);
  for (const files of containers.values()) {
    const refused = startErrors(files);
    const limit = files.get('limit.err');
    if (refused.length === 0 && limit !== undefined) {
      throw new ReproError('guest-script', `the limit of the container's cgroup could not be set: ${limit}`);
    }
    for (const error of refused.length > 0 ? refused : stepErrors(files, 'exec')) sink.error(error);
    if (refused.length > 0) continue;
    reportMemory([files], sink);
    reportTime('exec.time', elapsed(files.get('exec.begin'), files.get('exec.end')), sink);
  }
}

/** Runs a sample's script and returns the files of each container, which it keeps as evidence. */
async function runScript(
  script: (options: ScriptOptions) => string,
  ids: readonly string[],
  { machine, context, params, sink }: PlacedSample<OciParams>,
  signal: AbortSignal,
): Promise<Map<string, ContainerFiles>> {
  const { cgroup, cgroupDriver: driver } = context;
  const { memoryLimit } = params;
  const text = script({ cgroup, driver, ids, memoryLimit, wait: machine.hostWait });
  const result = await machine.exec(text, { signal, timeout: context.cell.timeout * 1000 });
  const collected = parseCollected(result.stdout);
  await sink.keep('runc.txt', `${result.stdout}\n${result.stderr}`.trim());
  const containers = new Map<string, ContainerFiles>(
    ids.map((id) => {
      const own = [...collected].filter(([name]) => name.startsWith(`${id}/`));
      return [id, new Map(own.map(([name, content]) => [name.slice(id.length + 1), content]))];
    }),
  );
  for (const [id, files] of containers) {
    if (!files.has('create.code')) {
      throw new MachineError('provider', `the guest's script said nothing of ${id}: ${result.stderr.trim()}`);
    }
  }
  return containers;
}

function reportTime(name: string, value: number | undefined, sink: SampleSink): void {
  if (value !== undefined) sink.metric(name, { value, unit: 'ms' });
}
