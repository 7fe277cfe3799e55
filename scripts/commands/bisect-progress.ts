/** Shows a bisection while it runs: the range and the belief on a terminal, plain timestamped lines elsewhere. */
import { believe } from '../bisect/belief.ts';
import { type CommitRow, commitsOf } from '../bisect/commits.ts';
import type { BisectEvent } from '../bisect/driver.ts';
import { secondsLeft } from '../bisect/estimate.ts';
import type { Plan } from '../bisect/plan.ts';
import { rangePlot } from '../bisect/plot.ts';
import { duration, percent, short } from '../bisect/words.ts';
import { plotLines } from '../page/plot-text.ts';
import { clipped, oneLine } from '../report/text.ts';
import type { Listener } from '../runner/events.ts';
import { log, say } from './output.ts';

export interface BisectProgress {
  readonly onBisect: (event: BisectEvent) => void;
  /** Of the run that takes the samples. */
  readonly onRun: Listener;
  readonly notice: (text: string) => void;
  close(): void;
}

type Shown = Pick<Plan, 'range' | 'subjects'> & { readonly confidence: number };

export async function makeBisectProgress(shown: Shown, kind: 'auto' | 'none'): Promise<BisectProgress> {
  const nothing = () => undefined;
  if (kind === 'none') return { onBisect: nothing, onRun: nothing, notice: nothing, close: nothing };
  const { isTTY } = process.stderr;
  const terminal = isTTY && process.stdout.isTTY && !process.env.CI && process.env.TERM !== 'dumb';
  if (!terminal) return new PlainProgress(shown);
  const { createLogUpdate } = await import('log-update');
  return new LiveProgress(shown, createLogUpdate(process.stderr));
}

const PURPOSES = {
  old: 'the old end',
  new: 'the new end',
  'merge-base': 'a merge base',
  search: 'a step of the search',
  check: 'the causal check',
} as const;

/** Letters of a subject that a line shows at most. */
const SUBJECT = 40;

/** One line for what is worth a line; undefined for the rest. */
export function lineOf(event: BisectEvent, subjects: Plan['subjects']): string | undefined {
  const name = (revision: string) => {
    const subject = oneLine(subjects.get(revision) ?? '');
    const shown = subject.length > SUBJECT ? `${subject.slice(0, SUBJECT - 1)}…` : subject;
    return `${revision.replaceAll(/[0-9a-f]{40}/g, short)}${shown === '' ? '' : ` (${shown})`}`;
  };
  switch (event.type) {
    case 'build':
      return `building ${name(event.revision)}${event.ahead ? ' ahead' : ''}`;
    case 'sample':
      return `${name(event.revision)}: ${event.samples} samples, ${PURPOSES[event.purpose]}`;
    case 'finding':
      return `${name(event.finding.revision)}: ${found(event.finding)}`;
    default:
      return undefined;
  }
}

function found(finding: Extract<BisectEvent, { type: 'finding' }>['finding']): string {
  if (finding.type === 'built') {
    return `built in ${duration(finding.seconds)}, sha256 ${finding.digest.slice(0, 12)}`;
  }
  if (finding.type === 'skip') return `skip: ${finding.reason.replaceAll(/\s*\n\s*/g, '; ')}`;
  const count = (judged: string) => finding.outcomes.filter((one) => one.judged === judged).length;
  const [bad, good, unjudged] = [count('bad'), count('good'), count('unjudged')];
  const open = unjudged === 0 ? '' : `, ${unjudged} not judged`;
  return `bad ${bad}/${bad + good}${open}, ${duration(finding.seconds)}`;
}

/** The belief, and how long it will take still. */
function standing({ state, action, costs }: Extract<BisectEvent, { type: 'known' }>, shown: Shown): string {
  const belief = believe(shown.range, state.observations);
  const rows = commitsOf(shown.range, state, belief, shown.subjects);
  const top = rows.reduce((best: CommitRow | undefined, row) =>
    best === undefined || row.probability > best.probability ? row : best,
  );
  const left = secondsLeft(action, belief, shown.confidence, costs);
  const likeliest = top === undefined ? '' : `likeliest ${short(top.id)} ${percent(top.probability)}`;
  return [likeliest, left === undefined ? '' : `about ${duration(left)} left`]
    .filter((part) => part !== '')
    .join(', ');
}

class PlainProgress implements BisectProgress {
  readonly #shown: Shown;
  readonly onRun = () => undefined;

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  readonly onBisect = (event: BisectEvent): void => {
    const line = event.type === 'known' ? standing(event, this.#shown) : lineOf(event, this.#shown.subjects);
    if (line !== undefined) this.notice(line);
  };

  readonly notice = (text: string): void => {
    log(text);
  };

  close(): void {}
}

interface LogUpdate {
  (...text: string[]): void;
  clear(): void;
  done(): void;
}

/** Milliseconds between two updates of the elapsed time. */
const TICK = 1000;
/** Lines below and above the range. */
const REST = 5;

class LiveProgress implements BisectProgress {
  readonly #shown: Shown;
  readonly #draw: LogUpdate;
  readonly #timer: NodeJS.Timeout;
  #known: Extract<BisectEvent, { type: 'known' }> | undefined;
  #step = 'planning';
  #since = Date.now();
  #sample = '';

  constructor(shown: Shown, draw: LogUpdate) {
    this.#shown = shown;
    this.#draw = draw;
    this.#timer = setInterval(() => this.#show(), TICK);
  }

  readonly onBisect = (event: BisectEvent): void => {
    if (event.type === 'known') this.#known = event;
    else if (event.type === 'sample' || (event.type === 'build' && !event.ahead)) {
      this.#step = lineOf(event, this.#shown.subjects) ?? '';
      this.#since = Date.now();
      this.#sample = '';
    }
    this.#show();
  };

  readonly onRun: Listener = (event) => {
    if (event.type === 'cell-step') this.#sample = event.step;
    if (event.type === 'sample-start') this.#sample = `sample ${event.n}/${event.total}`;
    if (event.type === 'notice') this.notice(event.text);
  };

  readonly notice = (text: string): void => {
    this.#draw.clear();
    say(text);
    this.#show();
  };

  close(): void {
    clearInterval(this.#timer);
    this.#draw.clear();
    this.#draw.done();
  }

  #show(): void {
    if (this.#known === undefined) return;
    const { range, subjects } = this.#shown;
    const { state } = this.#known;
    const [width, height] = [process.stderr.columns ?? 80, process.stderr.rows ?? 24];
    const commits = commitsOf(range, state, believe(range, state.observations), subjects);
    // Rows of what is hidden stand between those that are shown.
    const lines = plotLines(rangePlot(commits, Math.max(3, Math.floor((height - REST) / 2))), width - 1);
    const elapsed = duration((Date.now() - this.#since) / 1000);
    const now = oneLine([this.#step, this.#sample, elapsed].filter((part) => part !== '').join(' · '));
    const below = [now, standing(this.#known, this.#shown)].map((line) => clipped(line, width - 1));
    this.#draw([...lines, '', ...below].join('\n'));
  }
}
