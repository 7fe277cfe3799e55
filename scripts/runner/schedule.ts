/** What a run does next, decided from the state of its cells and of the host. Pure. */
import { type Demand, type HostState, hasCores, hasMemory, type Occupant } from './admission.ts';

/**
 * `preparing`: its artifacts are being made. `ready`: it waits for room. `ended`: judged, skipped, or it shares
 * the result of another.
 */
export type CellState = 'waiting' | 'preparing' | 'ready' | 'running' | 'ended';

export interface ScheduledCell {
  readonly state: CellState;
  readonly demand: Demand;
  /** What can be made beforehand for its machine; cells with one key need the same. Undefined: nothing can. */
  readonly warmKey: string | undefined;
}

export interface View {
  /** In the order in which they should run. */
  readonly cells: readonly ScheduledCell[];
  readonly running: readonly Occupant[];
  /** The machine that is being made ready beforehand. */
  readonly warming: Occupant | undefined;
  /** Keys of everything that was made beforehand, or by a cell that was started. */
  readonly warmed: ReadonlySet<string>;
  readonly host: HostState;
  /** Cells side by side, whatever the host has room for. */
  readonly jobs: number | undefined;
}

export interface Action {
  readonly type: 'start' | 'prepare' | 'warm';
  /** Of the cell, in `cells`. */
  readonly index: number;
}

/** Downloads and builds at a time: one may wait for the network while the other computes. */
export const PREPARATIONS = 2;

/** Undefined: nothing before something ends. */
export function decide(view: View): Action | undefined {
  return start(view) ?? (hostIsTaken(view) ? undefined : (prepare(view) ?? warm(view)));
}

/** The first cell that is ready, and no other: else one that needs much room would wait until all others ended. */
function start(view: View): Action | undefined {
  const index = view.cells.findIndex(({ state }) => state === 'ready');
  const next = view.cells[index];
  return next !== undefined && mayStart(next.demand, view) ? { type: 'start', index } : undefined;
}

function mayStart(demand: Demand, view: View): boolean {
  const { running, warming, host, jobs } = view;
  if (demand.alone) return running.length === 0 && !isBusyBeside(view);
  if (running.some((one) => one.demand.alone)) return false;
  // One cell always runs, however little there is.
  if (running.length === 0) return true;
  if (jobs !== undefined) return running.length < jobs;
  const occupants = warming === undefined ? running : [...running, warming];
  return hasCores(demand, running, host) && hasMemory(demand, occupants, host);
}

/** Whether this run keeps the host busy with something other than cells. */
function isBusyBeside({ cells, warming }: View): boolean {
  return warming !== undefined || cells.some(({ state }) => state === 'preparing');
}

/** A cell that must be alone runs, or is next: nothing else may begin. */
function hostIsTaken({ cells, running }: View): boolean {
  const next = cells.find(({ state }) => state === 'ready');
  return running.some(({ demand }) => demand.alone) || next?.demand.alone === true;
}

function prepare({ cells }: View): Action | undefined {
  if (cells.filter(({ state }) => state === 'preparing').length >= PREPARATIONS) return undefined;
  const index = cells.findIndex(({ state }) => state === 'waiting');
  return index < 0 ? undefined : { type: 'prepare', index };
}

/** With `jobs`, no more machines run than that: then nothing is made beforehand. */
function warm({ cells, running, warming, warmed, host, jobs }: View): Action | undefined {
  if (warming !== undefined || jobs !== undefined) return undefined;
  const index = cells.findIndex(
    ({ state, warmKey }) => state === 'ready' && warmKey !== undefined && !warmed.has(warmKey),
  );
  const next = cells[index];
  return next !== undefined && hasMemory(next.demand, running, host) ? { type: 'warm', index } : undefined;
}
