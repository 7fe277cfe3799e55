/** A cell and its surroundings in words: what all cells share is said once, what differs names the cell. */
import { cardOf } from '../components/index.ts';
import { parseQuantity } from '../lib/quantity.ts';
import type { Axes } from '../model/axes.ts';
import type { ReportCell } from '../model/cell.ts';
import type { GuestSystem } from '../model/guest.ts';
import type { Report } from '../model/report.ts';
import type { Scalar } from '../model/scalar.ts';
import { oneLine } from './text.ts';

/** Names of the axes whose value differs between these points, in scenario order. */
export function varyingAxes(points: readonly { readonly axes: Axes }[]): string[] {
  const names = new Set(points.flatMap(({ axes }) => Object.keys(axes)));
  return [...names].filter((name) => new Set(points.map(({ axes }) => axes[name])).size > 1);
}

/** The values an axis takes at these points, in the order they come. */
export function valuesOf(points: readonly { readonly axes: Axes }[], axis: string): Scalar[] {
  return [...new Set(points.flatMap(({ axes }) => axes[axis] ?? []))];
}

/**
 * An axis value as shown: the resolved version where the axis names a component (`1.6` became `1.6.20`,
 * `deb:trixie` became `deb:trixie (1.1.15)`).
 */
export function shownValue(cell: ReportCell, axis: string): string {
  const value = oneLine(String(cell.axes[axis] ?? ''));
  const version = cell.artifacts[axis]?.version;
  if (version === undefined || version === value) return value;
  return version.startsWith(`${value}.`) ? oneLine(version) : `${value} (${oneLine(version)})`;
}

/** `runc 1.1.15`, `cgroup v2`, `cgroupfs`, `Linux 6.12.95`: an axis and its value as people say it. */
export function phrase(axis: string, value: string): string {
  if (axis === 'cgroupDriver') return value;
  if (axis === 'memoryLimit') return `limit ${value}`;
  return `${cardOf(axis)?.called ?? oneLine(axis)} ${value}`;
}

/** A cell by what makes it different from the others. */
export function labelOf(cell: ReportCell, varying: readonly string[]): string {
  const axes = varying.length > 0 ? varying : Object.keys(cell.axes);
  const label = axes
    .filter((axis) => cell.axes[axis] !== undefined)
    .map((axis) => phrase(axis, shownValue(cell, axis)))
    .join(' · ');
  return label === '' ? oneLine(cell.id) : label;
}

/** What every cell has in common: axes with one value, then components that no axis names. */
export function sharedFacts(report: Report): string[] {
  const { cells } = report;
  const [first] = cells;
  if (first === undefined) return [];
  const varying = varyingAxes(cells);
  // A cell whose artifacts could not be had names no version: take one that does.
  const resolved = (axis: string): ReportCell => cells.find((cell) => cell.artifacts[axis]) ?? first;
  const axes = Object.keys(first.axes)
    .filter((axis) => !varying.includes(axis))
    .map((axis) => phrase(axis, shownValue(resolved(axis), axis)));
  return [...axes, ...sharedComponents(cells), ...sharedSettings(cells)];
}

function sharedComponents(cells: readonly ReportCell[]): string[] {
  const versions = new Map<string, Set<string>>();
  for (const { artifacts, axes } of cells) {
    for (const [component, { version }] of Object.entries(artifacts)) {
      if (component in axes) continue;
      versions.set(component, (versions.get(component) ?? new Set()).add(version));
    }
  }
  return [...versions].flatMap(([component, all]) =>
    all.size === 1 ? phrase(component, oneLine([...all].join())) : [],
  );
}

/** The cgroup version of the machines and the memory limit, where no axis names them. */
function sharedSettings(cells: readonly ReportCell[]): string[] {
  const settings = {
    cgroup: cells.flatMap(({ axes, machine }) => ('cgroup' in axes ? [] : (machine?.cgroup ?? []))),
    memoryLimit: cells.flatMap(({ axes, params }) =>
      'memoryLimit' in axes ? [] : (params.memoryLimit ?? []),
    ),
  };
  return Object.entries(settings).flatMap(([name, values]) =>
    new Set(values).size === 1 ? phrase(name, oneLine(String(values[0]))) : [],
  );
}

/** `QEMU 7.2, TCG, 2 CPUs, 1024 MiB`: what the cells ran on, where all had the same. */
export function machineFacts(report: Report): string | undefined {
  const facts = report.cells.flatMap(({ machine }) =>
    machine === undefined
      ? []
      : `${machine.emulator}, ${machine.accelerator}, ${machine.cpus} CPUs, ${machine.memoryMiB} MiB`,
  );
  const [first] = facts;
  return first !== undefined && facts.every((fact) => fact === first) ? oneLine(first) : undefined;
}

/** `Guest: systemd 257, glibc 2.41, …`: what the guests had beside the components, where all had the same. */
export function guestFacts(report: Report): string | undefined {
  const facts = report.cells.flatMap(({ machine }) =>
    machine?.system === undefined ? [] : systemText(machine.system),
  );
  const [first] = facts;
  return first !== undefined && facts.every((fact) => fact === first) ? `Guest: ${first}` : undefined;
}

export function systemText(system: GuestSystem): string {
  const { systemd, libc, libseccomp, securityModules, cpu, mitigations } = system;
  return oneLine(
    `systemd ${systemd}, glibc ${libc}, libseccomp ${libseccomp}, LSM ${securityModules.join('+') || 'none'}, ` +
      `CPU ${cpu}, mitigations ${mitigations}`,
  );
}

/** The memory limit a cell ran under, bytes: its axis `memoryLimit` or the suite's parameter of that name. */
export function memoryLimitOf(cell: ReportCell): number | undefined {
  const limit = cell.axes.memoryLimit ?? cell.params.memoryLimit;
  return typeof limit === 'string' || typeof limit === 'number' ? parseQuantity(limit) : undefined;
}
