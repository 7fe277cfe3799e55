/** Fills in the defaults and makes the cells. Pure. */
import { type MatrixInput, overridesOf, paramsOf, partition, pointName } from './matrix.ts';
import type { ScenarioInput } from './schema.ts';
import { matches } from './select.ts';
import type { Cell, CellSettings, ImpossiblePoint, MachineSize } from './types.ts';

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
  timeout: 60,
  machine: { image: 'trixie', cpus: 2, memoryMiB: 1024, diskMiB: 4096, network: false },
} as const;

type SettingsInput = MatrixInput & Pick<ScenarioInput, 'samples' | 'timeout' | 'machine' | 'expect'>;

export function planCells(
  scenario: string,
  input: SettingsInput,
): { readonly cells: readonly Cell[]; readonly impossible: readonly ImpossiblePoint[] } {
  const { possible, impossible } = partition(input);
  const cells = possible.map((axes) => ({
    id: `${scenario}/${pointName(axes)}`,
    scenario,
    axes,
    expect: input.expect?.find(({ when }) => matches(when, axes)),
    ...settings([input, ...overridesOf(axes, input)]),
    params: paramsOf(axes, input),
  }));
  return { cells, impossible };
}

/** The scenario's own settings, before any axis or override. */
export function baseSettings(input: SettingsInput): CellSettings {
  return { ...settings([input]), params: paramsOf({}, { ...input, overrides: undefined }) };
}

type Changes = Pick<ScenarioInput, 'samples' | 'timeout' | 'machine'>;

/** The defaults, changed by each in turn. */
function settings(layers: readonly Changes[]): Omit<CellSettings, 'params'> {
  return layers.reduce<Omit<CellSettings, 'params'>>(
    (below, { samples, timeout, machine }) => ({
      samples: samples ?? below.samples,
      timeout: timeout ?? below.timeout,
      machine: resize(below.machine, machine),
    }),
    DEFAULTS,
  );
}

function resize(size: MachineSize, changes: ScenarioInput['machine'] = {}): MachineSize {
  return {
    image: changes.image ?? size.image,
    cpus: changes.cpus ?? size.cpus,
    memoryMiB: changes.memory ?? size.memoryMiB,
    diskMiB: changes.disk ?? size.diskMiB,
    network: changes.network ?? size.network,
  };
}
