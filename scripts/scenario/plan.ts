/** Fills in the defaults and makes the cells. Pure. */
import { once } from '../lib/once.ts';
import type { UnsupportedPoint } from '../model/axes.ts';
import { SUITES } from '../suites/catalog.ts';
import { chooser } from './chooser.ts';
import { type MatrixInput, type Override, paramsReader, partition, pointName } from './matrix.ts';
import type { ScenarioInput } from './schema.ts';
import type { Cell, CellSettings, MachineSize, Sampling } from './types.ts';

/** Where a bare version is looked up when the scenario doesn't say: stable suites before those that move. */
export const DEFAULT_SOURCES: readonly string[] = [
  'deb:trixie',
  'deb:bookworm',
  'deb:forky',
  'deb:sid',
  'deb:experimental',
  'deb:bullseye',
];

export const DEFAULTS = {
  samples: 5,
  maxSamples: 100,
  /** Claimed by a *good* of `samples: auto`. */
  rate: 0.05,
  confidence: 0.95,
  timeout: 60,
  machine: { image: 'trixie', cpus: 2, memoryMiB: 1024, diskMiB: 4096, network: false },
} as const;

type Changes = Pick<ScenarioInput, 'samples' | 'timeout' | 'machine'>;
type SamplingInput = Pick<ScenarioInput, 'maxSamples' | 'rate' | 'confidence'>;
type SettingsInput = MatrixInput & Changes & SamplingInput & Pick<ScenarioInput, 'expect'>;

export function planCells(
  scenario: string,
  input: SettingsInput,
): { readonly cells: readonly Cell[]; readonly unsupported: readonly UnsupportedPoint[] } {
  const { possible, unsupported } = partition(input);
  const expect = input.expect ?? [];
  const expecting = chooser(expect.map(({ when }) => when));
  const settingsOf = once((overrides: readonly Override[]) => settings(input, [input, ...overrides]));
  const cells = possible.map(({ axes, params, overrides }) => ({
    id: `${scenario}/${pointName(axes)}`,
    scenario,
    axes,
    expect: expect[expecting(axes)[0] ?? -1],
    ...settingsOf(overrides),
    params,
  }));
  return { cells, unsupported };
}

/** The scenario's own settings, before any axis or override. */
export function baseSettings(input: SettingsInput): CellSettings {
  return { ...settings(input, [input]), params: paramsReader(input)({}, []) };
}

/** The defaults, changed by each in turn. */
function settings(
  input: SamplingInput & Pick<MatrixInput, 'suite'>,
  layers: readonly Changes[],
): Omit<CellSettings, 'params'> {
  const base = {
    ...samplingOf(DEFAULTS.samples, input),
    timeout: SUITES[input.suite.id]?.timeout ?? DEFAULTS.timeout,
    machine: DEFAULTS.machine,
    providers: undefined,
  };
  return layers.reduce<Omit<CellSettings, 'params'>>(
    (below, { samples, timeout, machine }) => ({
      ...(samples === undefined
        ? { samples: below.samples, sampling: below.sampling }
        : samplingOf(samples, input)),
      timeout: timeout ?? below.timeout,
      machine: resize(below.machine, machine),
      providers: machine?.provider ?? below.providers,
    }),
    base,
  );
}

/** A fixed number of samples claims no rate unless one is asked for. */
export function samplingOf(
  samples: number | 'auto',
  { maxSamples = DEFAULTS.maxSamples, rate, confidence = DEFAULTS.confidence }: SamplingInput,
): { readonly samples: number; readonly sampling: Sampling } {
  if (samples !== 'auto') return { samples, sampling: { auto: false, rate, confidence } };
  return { samples: maxSamples, sampling: { auto: true, rate: rate ?? DEFAULTS.rate, confidence } };
}

function resize(size: MachineSize, changes: ScenarioInput['machine'] = {}): MachineSize {
  const fresh = changes.fresh ?? size.fresh;
  return {
    image: changes.image ?? size.image,
    cpus: changes.cpus ?? size.cpus,
    memoryMiB: changes.memory ?? size.memoryMiB,
    diskMiB: changes.disk ?? size.diskMiB,
    network: changes.network ?? size.network,
    // Left out where it is as ever, so that the digest of such a cell stays what it was.
    ...(fresh === 'sample' ? { fresh } : {}),
  };
}
