/** Shows a run while it runs: a live task list on a terminal, plain timestamped lines elsewhere, or nothing. */
import type { ListrTaskWrapper } from 'listr2';
import { oneLine, shortened } from '../lib/plain.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Listener, RunEvent } from '../runner/events.ts';
import { pointName } from '../scenario/matrix.ts';
import type { Cell } from '../scenario/types.ts';
import { log, say } from './output.ts';

export interface Progress {
  readonly listener: Listener;
  /** Waits until everything is shown. */
  close(): Promise<void>;
}

export function makeProgress(kind: 'auto' | 'none'): Progress {
  if (kind === 'none') return { listener: () => undefined, close: async () => undefined };
  const terminal =
    process.stdout.isTTY && process.stderr.isTTY && !process.env.CI && process.env.TERM !== 'dumb';
  return terminal ? new LiveProgress() : new PlainProgress();
}

/** Letters of a cell's name that a line shows at most. */
const NAME = 200;

/** The cell without its scenario, unless several run. */
function nameOf(cell: Cell, several: boolean): string {
  return shortened(oneLine(several ? cell.id : pointName(cell.axes) || cell.id), NAME);
}

/** `bad 8/10`, `good 0/10`, `skip: no runc 9.9`; of a shared result, whose it is. */
export function outcomeOf(result: ReportCell): string {
  const { verdict, expected, sharedWith } = result;
  const own =
    verdict.kind !== 'skip'
      ? `${verdict.kind} ${verdict.bad}/${verdict.total}`
      : verdict.inconclusive === undefined
        ? `skip: ${verdict.reason}`
        : verdict.reason;
  const said = sharedWith === undefined ? own : `${own}, shared with ${sharedWith}`;
  const met = expected?.met ? 'as expected' : `expected ${expected?.verdict}`;
  return oneLine(expected === undefined ? (said ?? '') : `${said}, ${met}`);
}

/** One line for what is worth a line; undefined for the rest. `several`: cells of more than one scenario run. */
export function lineOf(event: RunEvent, several = false): string | undefined {
  const words = wordsOf(event, several)?.replaceAll(/\s*\n\s*/g, '; ');
  return words === undefined ? undefined : oneLine(words);
}

function wordsOf(event: RunEvent, several: boolean): string | undefined {
  switch (event.type) {
    case 'run-start':
      return `${event.scenario}: ${event.cells.length} cell(s), evidence in ${event.dir}`;
    case 'phase':
      return event.name;
    case 'notice':
      return event.text;
    case 'cell-start':
      return `${nameOf(event.cell, several)}: started`;
    case 'cell-step':
      return `${nameOf(event.cell, several)}: ${event.step}`;
    case 'sample-end':
      return `${nameOf(event.cell, several)}: sample ${event.n}/${event.total} ${event.sample.id} ${event.sample.judged}${
        event.sample.because === undefined ? '' : ` (${event.sample.because})`
      }`;
    case 'cell-end':
      return `${nameOf(event.cell, several)}: ${outcomeOf(event.result)}`;
    default:
      return undefined;
  }
}

class PlainProgress implements Progress {
  #scenarios: number;

  /** `scenarios`: those that began already. */
  constructor(scenarios = 0) {
    this.#scenarios = scenarios;
  }

  readonly listener: Listener = (event) => {
    if (event.type === 'run-start') this.#scenarios++;
    const line = lineOf(event, this.#scenarios > 1);
    if (line === undefined) return;
    log(line);
  };

  async close(): Promise<void> {}
}

type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'skip'>;

/** What a cell does now, and since when it runs; undefined until it does. */
interface State {
  readonly began: number | undefined;
  readonly step: string;
}

/** Milliseconds between two updates of the elapsed times. */
const TICK = 1000;
/** Cells that are shown live. Of more, no terminal shows all, and drawing them would take a core. */
const MOST_LIVE = 100;

class LiveProgress implements Progress {
  readonly #cells: Cell[] = [];
  #scenarios = 0;
  readonly #states = new Map<string, State>();
  /** Of the cells that are shown and haven't ended. */
  readonly #tasks = new Map<string, Task>();
  readonly #ended = new Map<string, PromiseWithResolve<ReportCell | undefined>>();
  #shown: Promise<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** In its place, where there are too many cells. */
  #plain: PlainProgress | undefined;

  readonly listener: Listener = (event) => {
    this.#plain?.listener(event);
    if (this.#plain !== undefined) return;
    switch (event.type) {
      case 'run-start':
        this.#scenarios++;
        for (const cell of event.cells) {
          this.#cells.push(cell);
          this.#ended.set(cell.id, withResolve());
        }
        break;
      case 'phase':
        if (event.name !== 'cells') break;
        if (this.#cells.length > MOST_LIVE) this.#plain = new PlainProgress(this.#scenarios);
        else this.#start();
        break;
      case 'notice':
        say(event.text);
        break;
      case 'cell-prepare':
        this.#states.set(event.cell.id, { began: undefined, step: event.step });
        break;
      case 'cell-start':
        this.#states.set(event.cell.id, { began: Date.now(), step: 'started' });
        break;
      case 'cell-step':
        this.#step(event.cell, event.step);
        break;
      case 'sample-start':
        this.#step(event.cell, `sample ${event.n}/${event.total} (${event.sample})`);
        break;
      case 'cell-end':
        this.#ended.get(event.cell.id)?.resolve(event.result);
        break;
    }
  };

  async close(): Promise<void> {
    for (const { resolve } of this.#ended.values()) resolve(undefined);
    await this.#shown;
    clearInterval(this.#timer);
  }

  #nameOf(cell: Cell): string {
    return nameOf(cell, this.#scenarios > 1);
  }

  #start(): void {
    this.#shown = this.#show().catch(() => undefined);
    this.#timer = setInterval(() => this.#refresh(), TICK);
  }

  async #show(): Promise<void> {
    const { Listr } = await import('listr2');
    const tasks = this.#cells.map((cell) => ({
      title: this.#nameOf(cell),
      task: async (_: unknown, task: Task) => {
        this.#tasks.set(cell.id, task);
        this.#refresh();
        const result = await this.#ended.get(cell.id)?.promise;
        this.#tasks.delete(cell.id);
        const title = `${this.#nameOf(cell)}: ${result === undefined ? 'not run' : outcomeOf(result)}`;
        if (result === undefined || result.verdict.kind === 'skip') return task.skip(title);
        const good = result.expected?.met ?? result.verdict.kind === 'good';
        if (!good) throw new Error(title);
        task.title = title;
      },
    }));
    const options = { concurrent: true, exitOnError: false, registerSignalListeners: false };
    await new Listr(tasks, { ...options, rendererOptions: { collapseErrors: false } }).run();
  }

  #step(cell: Cell, step: string): void {
    this.#states.set(cell.id, { began: this.#states.get(cell.id)?.began ?? Date.now(), step });
    this.#refresh();
  }

  #refresh(): void {
    for (const cell of this.#cells) {
      const task = this.#tasks.get(cell.id);
      if (task !== undefined) task.title = `${this.#nameOf(cell)}: ${describe(this.#states.get(cell.id))}`;
    }
  }
}

function describe(state: State | undefined): string {
  if (state?.began === undefined) return state?.step ?? 'waiting';
  const seconds = Math.round((Date.now() - state.began) / 1000);
  return `${oneLine(state.step)}, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

interface PromiseWithResolve<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function withResolve<T>(): PromiseWithResolve<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
