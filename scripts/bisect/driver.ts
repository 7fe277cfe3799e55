/** Carries out what `decide` says: builds, samples, and writes down what came of it. */
import { believe } from './belief.ts';
import { hasBit } from './bits.ts';
import { type Action, decide, type Question } from './decide.ts';
import type { Finding, Purpose } from './events.ts';
import type { Journal } from './journal.ts';
import type { SampleOutcome } from './outcome.ts';
import { costsOf, type Search, type State, stateOf } from './state.ts';
import type { Costs, Step } from './step.ts';

/** Runs the one cell of a scenario with the component at some revision. A machine's failure is a refusal, never bad. */
export interface Tester {
  /** Whether a machine stays up after `sample`, so that more samples of the same revision need no start. */
  readonly keepsMachine: boolean;
  /** Builds a revision, or finds that it is built. What can't be built is refused with the compiler's own lines. */
  build(revision: string, signal: AbortSignal): Promise<Built | Refused>;
  /** `samples` samples, each of all cases, on a machine that may be there still. */
  sample(revision: string, samples: number, signal: AbortSignal): Promise<Sampled | Refused>;
}

export interface Built {
  /** sha256 of what was built. */
  readonly digest: string;
}

export interface Sampled {
  readonly outcomes: readonly SampleOutcome[];
  /** Seconds until the first sample began. */
  readonly startSeconds: number;
  /** Folder of the evidence, relative to the bisection's. */
  readonly dir: string;
}

export interface Refused {
  readonly refused: string;
  /** It may work another time. */
  readonly transient: boolean;
}

export interface SearchRequest extends Question, Pick<Search, 'findFix' | 'byMetric' | 'skipped'> {
  /** What things cost as long as none was done. */
  readonly expected: Costs;
  /** Build what is likely to be wanted next while samples run. */
  readonly ahead: boolean;
}

export interface Services {
  readonly tester: Tester;
  readonly journal: Journal;
  readonly listener: (event: BisectEvent) => void;
  /** Seconds, from any point in time on. */
  readonly now: () => number;
}

export type BisectEvent =
  /** Before each step, and at the end. */
  | { readonly type: 'known'; readonly state: State; readonly action: Progress; readonly costs: Costs }
  | { readonly type: 'build'; readonly revision: string; readonly ahead: boolean }
  | {
      readonly type: 'sample';
      readonly revision: string;
      readonly samples: number;
      readonly purpose: Purpose;
    }
  | { readonly type: 'finding'; readonly finding: Found };

/** `no-metric`: no sample of an endpoint had the metric. */
export type Progress =
  | Action
  | {
      readonly kind: 'stuck';
      readonly why: { readonly reason: 'no-metric'; readonly revision: string };
      readonly belief?: undefined;
    };

export type Conclusion = Exclude<Progress, { kind: 'sample' }>;

/** Goes on from what the journal has, until there is a conclusion. Throws when `signal` is aborted. */
export async function bisect(
  request: SearchRequest,
  services: Services,
  signal: AbortSignal,
): Promise<Conclusion> {
  const driver = new Driver(request, services, signal);
  try {
    return await driver.run();
  } finally {
    await driver.settle();
  }
}

/** What is known by now: of a bisection that goes on, has ended, or was interrupted. */
export function stateNow(request: SearchRequest, keepsMachine: boolean, findings: readonly Finding[]): State {
  const { range, oldest, findFix, byMetric, skipped } = request;
  return stateOf({ newest: range.newest, oldest, findFix, byMetric, skipped, keepsMachine }, findings);
}

/** What a step came to. */
export type Found = Exclude<Finding, { type: 'step' }>;

/** Samples that are taken together. */
type Batch = Pick<Step, 'revision' | 'samples'>;

class Driver {
  readonly #request: SearchRequest;
  readonly #services: Services;
  readonly #signal: AbortSignal;
  /** Ends the builds ahead with this driver. */
  readonly #stop = new AbortController();
  readonly #builds = new Map<string, Promise<void>>();

  constructor(request: SearchRequest, services: Services, signal: AbortSignal) {
    this.#request = request;
    this.#services = services;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  async run(): Promise<Conclusion> {
    const { journal, listener } = this.#services;
    // It was decided by what was known then, and some of its samples may be on disk.
    const begun = cutShort(journal.findings);
    if (begun !== undefined) await this.#sample(begun, begun.purpose, ...this.#known());
    for (;;) {
      this.#signal.throwIfAborted();
      const [state, costs] = this.#known();
      const action = nextAction(this.#request, state, costs);
      listener({ type: 'known', state, action, costs });
      if (action.kind !== 'sample') return action;
      const { step, purpose } = action;
      if (state.built.has(step.revision)) {
        const { revision, samples } = step;
        await journal.append({ type: 'step', revision, purpose, samples });
        await this.#sample(step, purpose, state, costs);
      } else await this.#build(step.revision, false);
    }
  }

  #known(): [State, Costs] {
    const { journal, tester } = this.#services;
    return [
      stateNow(this.#request, tester.keepsMachine, journal.findings),
      costsOf(journal.findings, this.#request.expected),
    ];
  }

  /** Waits for what was begun. */
  async settle(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#builds.values());
  }

  /** Once for each revision, whoever asks for it. */
  #build(revision: string, ahead: boolean): Promise<void> {
    const begun = this.#builds.get(revision);
    if (begun !== undefined) return begun;
    const build = this.#buildNow(revision, ahead).finally(() => this.#builds.delete(revision));
    this.#builds.set(revision, build);
    return build;
  }

  async #buildNow(revision: string, ahead: boolean): Promise<void> {
    const { tester, now, listener } = this.#services;
    listener({ type: 'build', revision, ahead });
    const began = now();
    const result = await tester.build(revision, this.#signal);
    const seconds = now() - began;
    if ('refused' in result) await this.#refuse(revision, result, seconds);
    else await this.#find({ type: 'built', revision, digest: result.digest, seconds });
  }

  async #sample(step: Batch, purpose: Purpose, state: State, costs: Costs): Promise<void> {
    const { tester, now, listener } = this.#services;
    const { revision, samples } = step;
    listener({ type: 'sample', revision, samples, purpose });
    if (this.#request.ahead) this.#buildAhead(step, state, costs);
    const began = now();
    const result = await tester.sample(revision, samples, this.#signal);
    const seconds = now() - began;
    if ('refused' in result) await this.#refuse(revision, result, seconds);
    else await this.#find({ type: 'samples', revision, purpose, seconds, ...result });
  }

  /** The build that is wanted next if the step turns out as its likelier side has it, then the other's. */
  #buildAhead(step: Batch, state: State, costs: Costs): void {
    if (this.#builds.size > 0) return;
    for (const likely of outcomesOf(this.#request, state, step)) {
      const next = nextAction(this.#request, likely, costs);
      if (next.kind !== 'sample' || likely.built.has(next.step.revision)) continue;
      // Whatever goes wrong here is told when the build is really wanted.
      this.#build(next.step.revision, true).catch(() => undefined);
      return;
    }
  }

  #refuse(revision: string, { refused, transient }: Refused, seconds: number): Promise<void> {
    return this.#find({ type: 'skip', revision, reason: refused, transient, seconds });
  }

  async #find(finding: Found): Promise<void> {
    // An interrupted step is not at its end.
    this.#signal.throwIfAborted();
    await this.#services.journal.append(finding);
    this.#services.listener({ type: 'finding', finding });
  }
}

/** The step that was begun last, if nothing tells how it ended. */
function cutShort(findings: readonly Finding[]): Extract<Finding, { type: 'step' }> | undefined {
  const last = findings.findLastIndex(({ type }) => type === 'step');
  const step = findings[last];
  if (step?.type !== 'step') return undefined;
  const ended = findings
    .slice(last)
    .some(({ type, revision }) => (type === 'samples' || type === 'skip') && revision === step.revision);
  return ended ? undefined : step;
}

/** As `decide`, after the samples that choose where to cut a metric. */
function nextAction(request: SearchRequest, state: State, costs: Costs): Progress {
  const { uncut, cut, skipped } = state;
  if (request.byMetric && uncut !== undefined && !skipped.has(uncut.revision)) {
    const purpose = uncut.revision === request.range.newest ? 'new' : 'old';
    return {
      kind: 'sample',
      purpose,
      step: { ...uncut, information: 0, seconds: costs.sample * uncut.samples },
    };
  }
  if (request.byMetric && uncut === undefined && cut === undefined) {
    const without = [request.range.newest, request.oldest].find((revision) =>
      (state.outcomes.get(revision) ?? []).every(({ value }) => value === undefined),
    );
    if (without !== undefined) return { kind: 'stuck', why: { reason: 'no-metric', revision: without } };
    return { kind: 'stuck', why: { reason: 'endpoints-alike' } };
  }
  return decide(request, state, costs);
}

/** What would be known after a step, if its revision were new and if it were old; the likelier first. */
function outcomesOf({ range }: SearchRequest, state: State, { revision, samples }: Batch): State[] {
  const belief = believe(range, state.observations);
  const reach = range.reach(revision);
  let [share, newRate, oldRate] = [0, 0, 0];
  for (const [index, weight] of belief.posterior.entries()) {
    if (hasBit(reach, index)) share += weight;
    newRate += weight * (belief.newRates[index] ?? 0);
    oldRate += weight * (belief.oldRates[index] ?? 0);
  }
  const after = (rate: number): State => {
    const hits = Math.round(rate * samples);
    const observations = state.observations.map((one) => {
      if (one.revision !== revision) return one;
      const { hits: before, misses } = one.tally;
      return { ...one, tally: { hits: before + hits, misses: misses + samples - hits } };
    });
    return { ...state, observations, warm: revision };
  };
  const [recent, old] = [after(newRate), after(oldRate)];
  return share >= 0.5 ? [recent, old] : [old, recent];
}
