/** Tests revisions with the real runner: one cell of the scenario, its component's axis at the revision. */
import { join } from 'node:path';
import { ArtifactError, messageOf } from '../lib/errors.ts';
import { makeFolder } from '../lib/files.ts';
import { grouped } from '../lib/grouped.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Sample } from '../model/sample.ts';
import { changedBuilds } from '../runner/builds.ts';
import type { Listener } from '../runner/events.ts';
import { readJournal } from '../runner/journal.ts';
import { type ArtifactStore, resolveCell } from '../runner/plan.ts';
import type { Providers } from '../runner/providers.ts';
import { runScenario } from '../runner/run.ts';
import type { Chosen } from './cell.ts';
import type { Refused, Tester } from './driver.ts';
import type { SampleOutcome } from './outcome.ts';

export interface TesterOptions {
  readonly component: string;
  /** The artifact spec of a revision's build, which it makes on the way. Throws ArtifactError when there is none. */
  readonly specOf: (revision: string, signal: AbortSignal) => Promise<string>;
  /** The scenario's one cell with the component at a spec. */
  readonly cellAt: (spec: string) => Chosen;
  /** Name of the metric that is searched by. */
  readonly metric?: string | undefined;
  /** The bisection's folder; each step gets one below it. */
  readonly dir: string;
  /** Number of the first step of this sitting, from 1. */
  readonly firstStep: number;
  /** Folders of steps that were cut short, relative to `dir`: their samples count where the same step is asked for. */
  readonly begun?: readonly string[] | undefined;
  readonly session: string;
  readonly command: readonly string[];
  readonly providers: Providers;
  readonly store: ArtifactStore;
  readonly listener: Listener;
}

/** ArtifactErrors that say of a revision that it can't be built, today or tomorrow. */
const FINAL = ['build-failed', 'conflict', 'not-found'];

export function runnerTester(options: TesterOptions): Tester {
  const { component, specOf, cellAt, store, dir } = options;
  let step = options.firstStep;
  const begun = [...(options.begun ?? [])];

  /** The folder of a step, with the samples that are in it. */
  const placeOf = async (revision: string, chosen: Chosen, signal: AbortSignal) => {
    for (const [at, place] of begun.entries()) {
      if (!place.endsWith(`-${revision.slice(0, 12)}`)) continue;
      const done = await begunSamples(join(dir, place), chosen, store, signal);
      if (done === undefined) continue;
      begun.splice(at, 1);
      return { place, done };
    }
    const place = join('steps', `${String(step++).padStart(3, '0')}-${revision.slice(0, 12)}`);
    await makeFolder(join(dir, place), dir);
    return { place, done: [] };
  };

  return {
    // Each run boots its own machine.
    keepsMachine: false,

    async build(revision, signal) {
      try {
        const { scenario, cell } = cellAt(await specOf(revision, signal));
        const { artifacts } = await resolveCell(cell, scenario, store, signal);
        const artifact = artifacts.find((one) => one.component === component);
        if (artifact === undefined) throw new Error(`the cell ${cell.id} has no ${component}`);
        const layer = await store.layer(artifact, signal);
        // Of what is built from source, the artifact's digest is that of the source.
        return { digest: layer.build === undefined ? artifact.sha256 : layer.sha256 };
      } catch (error) {
        if (!(error instanceof ArtifactError)) throw error;
        return refusal(messageOf(error), !FINAL.includes(error.code));
      }
    },

    async sample(revision, samples, signal) {
      const { scenario, cell } = cellAt(await specOf(revision, signal));
      const asked = { ...cell, samples };
      const { place, done } = await placeOf(revision, { scenario, cell: asked }, signal);
      const began = performance.now();
      const { providers, session, command, listener } = options;
      const { cells } = await runScenario(
        {
          scenario,
          cells: [asked],
          dir: join(dir, place),
          jobs: 1,
          keep: false,
          session,
          command,
          providers,
          store,
          done: new Map([[cell.id, done]]),
          earlier: [],
          listener,
        },
        signal,
      );
      const [result] = cells;
      if (result === undefined || result.samples.length === 0) {
        return refusal(result?.verdict.kind === 'skip' ? result.verdict.reason : 'no sample was run', true);
      }
      const sampling = result.phases.find(({ name }) => name === 'samples')?.ms ?? 0;
      const startSeconds = Math.max(0, (performance.now() - began - sampling) / 1000);
      return { outcomes: outcomesOf(result, options.metric), startSeconds, dir: place };
    },
  };
}

/** Samples of a step that was cut short; undefined where it was another step, or one of another build. */
async function begunSamples(
  dir: string,
  { scenario, cell }: Chosen,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<readonly Sample[] | undefined> {
  const { [cell.id]: done = [], ...others } = Object.fromEntries(await readJournal(dir));
  if (Object.keys(others).length > 0 || done.some(({ index }) => index > cell.samples)) return undefined;
  const changes = await changedBuilds(dir, { scenario, cells: [cell] }, store, signal);
  return changes.length === 0 ? done : undefined;
}

/**
 * One outcome a round, in which every case ran once: bad when one of them showed the symptom, else unjudged when
 * one of them told nothing. Rounds are alike, cases aren't. The metric is that of the first case that has it.
 */
export function outcomesOf(cell: Pick<ReportCell, 'samples'>, metric?: string): SampleOutcome[] {
  const rounds = grouped(cell.samples, ({ index }) => index);
  return [...rounds.values()].map((samples): SampleOutcome => {
    const judged = (['bad', 'unjudged', 'good'] as const).find((one) =>
      samples.some((sample) => sample.judged === one),
    );
    const value =
      metric === undefined ? undefined : samples.find((sample) => metric in sample.metrics)?.metrics[metric];
    const because = samples.find((sample) => sample.judged === 'bad')?.because;
    return {
      judged: judged ?? 'unjudged',
      ...(value === undefined ? {} : { value: value.value }),
      ...(because === undefined ? {} : { because }),
    };
  });
}

function refusal(refused: string, transient: boolean): Refused {
  return { refused, transient };
}
