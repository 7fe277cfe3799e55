/** A host without machines and packages: what the runner sees of both, scripted. */
import type { ArtifactRequest, Layer, ResolvedArtifact } from '../../scripts/artifact/types.ts';
import { MachineError } from '../../scripts/lib/errors.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import type { RunEvent } from '../../scripts/runner/events.ts';
import type { ExperimentRequest } from '../../scripts/runner/experiment.ts';
import type { ArtifactStore } from '../../scripts/runner/plan.ts';
import type { Providers } from '../../scripts/runner/providers.ts';
import type { ScenarioRunRequest } from '../../scripts/runner/run.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';
import type { ExecOptions, ExecResult, Machine, MachineProvider, MachineSpec } from '../../vm/machine.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { type FakeKernelLog, fakeMachine } from '../suites/support.ts';

/** What a machine answers to one run of the scenario's script, or of a start of suite `oci`. */
export interface Call {
  /** The script's environment, as the suite wrote it: `REPRO_RUNC=1.1.15`. */
  readonly text: string;
  readonly spec: MachineSpec;
  readonly options: ExecOptions;
  lose(reason: Error): void;
  readonly kernelLog: FakeKernelLog;
}

export type Answer = (call: Call) => Partial<ExecResult> | Promise<Partial<ExecResult>>;

export interface FakeProvider extends MachineProvider {
  readonly specs: MachineSpec[];
  /** Machines alive now, and at most. */
  alive: number;
  most: number;
}

export function fakeProvider(answer: Answer): FakeProvider {
  const provider: FakeProvider = {
    kind: 'fake',
    specs: [],
    alive: 0,
    most: 0,
    limits: async () => ({ fixed: {} }),
    probe: async () => ({
      provider: 'fake',
      version: '1',
      name: 'Fake 1',
      accelerator: 'tcg',
      why: 'a test',
    }),
    async allocate(spec): Promise<Machine> {
      provider.specs.push(spec);
      provider.alive++;
      provider.most = Math.max(provider.most, provider.alive);
      const machine = fakeMachine(() => ({}));
      return {
        ...machine,
        async exec(command, options = {}) {
          const text = typeof command === 'string' ? command : command.join(' ');
          if (machine.lost.aborted) {
            // As the real one: the signal knows that it is gone, a command also tells why.
            const consoleTail = ['[ 9.1] Kernel panic'];
            throw new MachineError('panic', 'kernel panic: oops', { consoleTail });
          }
          const plain = { exitCode: 0, stdout: '', stderr: '' };
          if (text.includes('libsystemd-shared'))
            return { ...plain, stdout: 'systemd:257\nlsm:capability\n' };
          if (text.includes('look()')) return { ...plain, stdout: 'kernel.reported:6.12.0\n' };
          // A sample of the script suite, or of the oci suite.
          if (!/\/var\/tmp\/repro-script\/|create\.code/.test(text)) return plain;
          const call = { text, spec, options, lose: machine.lose, kernelLog: machine.kernelLog };
          return { ...plain, ...(await answer(call)) };
        },
        [Symbol.asyncDispose]: async () => {
          provider.alive--;
        },
      };
    },
    reap: async () => [],
    kept: async () => undefined,
  };
  return provider;
}

/** All cells have their machines from it, whatever was chosen for them. */
export const only = (provider: MachineProvider): Providers => ({ of: () => provider });

const layer = (name: string): Layer => ({ name, file: `/${name}`, sha256: sha256Text(name), bytes: 1 });

/** Versions that suites have, as in a request `deb:<suite>`. */
const SUITE_VERSIONS: Readonly<Record<string, string>> = { 'deb:trixie': '1.1.15' };

/** Everything is there, but for what `refuse` throws. A layer's bytes are those of its component and version. */
export function fakeStore(refuse: (request: ArtifactRequest) => void = () => undefined): ArtifactStore {
  return {
    async resolve(request): Promise<ResolvedArtifact> {
      refuse(request);
      const { component, spec } = request;
      const source = 'deb:trixie';
      return {
        component,
        version: SUITE_VERSIONS[spec] ?? spec,
        packageVersion: `${spec}-1`,
        source,
        sha256: `${component}-${SUITE_VERSIONS[spec] ?? spec}`,
        size: 1000,
        locator: {},
      };
    },
    layer: async ({ component, version }) => layer(`${component}-${version}`),
    kernel: async (artifact) => ({
      release: '6.12.0',
      artifact,
      vmlinuz: '/vmlinuz',
      initrd: '/initrd',
      sha256: '',
      modules: layer('modules'),
      config: {},
    }),
    image: async (name) => ({ name, layer: layer(name), suite: 'trixie' }),
  };
}

export function scriptScenario(keys: Readonly<Record<string, unknown>> = {}): Scenario {
  return scenarioOf({
    suite: { id: 'script', params: { run: 'the test' } },
    axes: { runc: ['1.1.5', '1.1.15'] },
    symptom: { error: 'boom' },
    samples: 2,
    ...keys,
  });
}

/** What the oci suite's script prints of a container that started with this peak, bytes. */
export function started({ text }: Call, peak = 4_000_000): Partial<ExecResult> {
  const id = /\bstart-\d+\b/.exec(text)?.[0] ?? 'start-1';
  const files = { begin: '1', end: '1000001', 'create.code': '0', 'start.code': '0', settled: 'sleep' };
  const lines = Object.entries({ ...files, 'memory.peak': peak }).map(
    ([name, value]) => `${id}/${name}:${value}`,
  );
  return { stdout: `${lines.join('\n')}\n` };
}

export interface Run {
  readonly request: ScenarioRunRequest;
  readonly events: RunEvent[];
}

/** What an experiment asks for, as the run does. */
export const experimentOf = ({
  scenario,
  dir,
  session,
  command,
  providers,
  store,
  listener,
}: ScenarioRunRequest): ExperimentRequest => ({
  scenario,
  dir,
  session,
  command,
  providers,
  store,
  listener,
});

export function requestOf(
  dir: string,
  scenario: Scenario,
  answer: Answer,
  changes: Partial<ScenarioRunRequest> = {},
): Run & { provider: FakeProvider } {
  const events: RunEvent[] = [];
  const provider = fakeProvider(answer);
  const request: ScenarioRunRequest = {
    scenario,
    cells: scenario.cells,
    dir,
    jobs: 1,
    keep: false,
    session: 's',
    command: ['repro'],
    providers: only(provider),
    store: fakeStore(),
    done: new Map(),
    earlier: [],
    listener: (event) => {
      events.push(event);
    },
    ...changes,
  };
  return { request, events, provider };
}
