import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench, trioOf } from '../../scripts/bench/driver.ts';
import { cellsOf } from '../../scripts/floor/cells.ts';
import { findFloors } from '../../scripts/floor/driver.ts';
import { isolate } from '../../scripts/isolate/driver.ts';
import { endsOf } from '../../scripts/isolate/ends.ts';
import { readReport } from '../../scripts/report/json.ts';
import type { Begun } from '../../scripts/runner/begun.ts';
import type { ExperimentRequest } from '../../scripts/runner/experiment.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import type { ArtifactStore } from '../../scripts/runner/plan.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';
import { pairsOf } from '../../scripts/verify/arms.ts';
import { verify } from '../../scripts/verify/driver.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { temporaryDir } from '../vm/support.ts';
import { type Answer, experimentOf, fakeStore, requestOf, scriptScenario, started } from './support.ts';

const { signal } = new AbortController();
const MI = 1024 ** 2;
const isNew = ({ text }: Parameters<Answer>[0]) => /REPRO_RUNC='?1\.1\.15/.test(text);
const answer: Answer = (call) =>
  isNew(call) ? { exitCode: 1, stderr: 'boom\n' } : { stdout: 'metric t 5 ms\n' };
const grid = { runc: ['1.1.5', '1.1.15'] };
const limits = scenarioOf({
  suite: { id: 'oci', cases: ['start'] },
  axes: { runc: ['1.1.5', '1.1.15'] },
  symptom: { oomKill: {} },
});
const limitOf = (call: Parameters<Answer>[0]) => Number(/"memory":\{"limit":(\d+)\}/.exec(call.text)?.[1]);

interface Verb {
  readonly scenario: Scenario;
  readonly answer: Answer;
  ask(request: ExperimentRequest): Promise<unknown>;
}

const pairs = (scenario: Scenario) => pairsOf(scenario.cells, { runc: '1.1.5' }, { runc: '1.1.15' }).pairs;

const VERBS: Readonly<Record<string, Verb>> = {
  verify: {
    scenario: scriptScenario(),
    answer,
    ask: async (request) => {
      const more = { baseline: '1.1.5', candidate: '1.1.15', unpaired: [], budget: 24, seed: 5 };
      const own = { pairs: pairs(request.scenario), tolerance: DEFAULT_TOLERANCE };
      return (await verify({ ...request, ...more, ...own }, signal)).verification;
    },
  },
  bench: {
    scenario: scriptScenario(),
    answer: () => ({ stdout: 'metric t 5 ms\n' }),
    ask: async (request) => {
      const more = { baseline: '1.1.5', candidate: '1.1.15', unpaired: [], rounds: 3, seed: 5 };
      const trios = pairs(request.scenario).map(trioOf);
      return (await bench({ ...request, ...more, trios, tolerate: 0.1 }, signal)).benchmark;
    },
  },
  floor: {
    scenario: limits,
    answer: (call) =>
      limitOf(call) >= 5 * MI
        ? started(call)
        : { stdout: (started(call).stdout ?? '').replace('create.code:0', 'create.code:1') },
    ask: async (request) => {
      const options = { from: MI, to: 8 * MI, step: MI, rate: 0.5, confidence: 0.95, budget: 100 };
      const cells = cellsOf('oci', request.scenario.cells, options.budget);
      return (await findFloors({ ...request, cells, options }, signal)).floors;
    },
  },
  isolate: {
    scenario: scriptScenario({ axes: { ...grid, cgroupDriver: ['cgroupfs', 'systemd'] } }),
    answer,
    ask: async (request) => {
      const { cells } = request.scenario;
      const ends = endsOf(cells, {
        fail: ['runc=1.1.15,cgroupDriver=systemd'],
        pass: ['runc=1.1.5,cgroupDriver=cgroupfs'],
      });
      const show = () => ({ listener: request.listener, close: async () => {} });
      const own = { ends, samples: 3, maxSamples: 12, jobs: 1, show };
      return (await isolate({ ...request, ...own }, signal)).isolation;
    },
  },
};

/** Asks in a folder with the first `finished` lines of a journal, as a kill leaves it. */
async function ask(
  verb: Verb,
  journal: readonly string[] = [],
  cells: Begun['cells'] = [],
  { builds, store: otherStore }: { readonly builds?: string; readonly store?: ArtifactStore } = {},
) {
  const dir = await temporaryDir();
  await mkdir(dir, { recursive: true });
  if (builds !== undefined) await writeFile(join(dir, 'builds.json'), builds);
  await writeFile(join(dir, 'journal.ndjson'), journal.map((line) => `${line}\n`).join(''));
  const { request, provider } = requestOf(dir, verb.scenario, verb.answer);
  const begun: Begun = {
    startedAt: new Date('2026-01-02T03:04:05Z'),
    command: ['repro', 'as', 'at', 'first'],
    resumed: [{ at: '2026-01-02T04:00:00.000Z' }],
    done: await readJournal(dir),
    cells,
  };
  const result = await verb.ask({
    ...experimentOf(request),
    store: otherStore ?? request.store,
    begun: journal.length === 0 ? undefined : begun,
  });
  const lines = (await readFile(join(dir, 'journal.ndjson'), 'utf8')).trimEnd().split('\n');
  const recorded = await readFile(join(dir, 'builds.json'), 'utf8');
  return { result, lines, provider, builds: recorded, report: (await readReport(dir)).report };
}

/** A machine that was killed before any report named it left samples alone: what it was is not known any more. */
const withoutMachines = (result: unknown): unknown =>
  JSON.parse(JSON.stringify(result), (key, value) =>
    key === 'kernel' || key === 'cgroup' ? undefined : value,
  );

const idsOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const { cell, sample } = JSON.parse(line);
    return `${cell} ${sample.id} ${JSON.stringify(sample.params ?? {})}`;
  });

describe.each(Object.entries(VERBS))('%s, killed after any of its samples and resumed', (_name, verb) => {
  it('gives the same answer from the same samples, none lost or taken twice', async () => {
    const whole = await ask(verb);
    expect(whole.lines.length).toBeGreaterThan(8);
    const stride = Math.ceil(whole.lines.length / 16);
    for (let finished = 1; finished <= whole.lines.length; finished += stride) {
      const again = await ask(verb, whole.lines.slice(0, finished));
      expect(withoutMachines(again.result)).toEqual(withoutMachines(whole.result));
      expect(idsOf(again.lines).sort()).toEqual(idsOf(whole.lines).sort());
      const reported = again.report.cells.flatMap((cell) => cell.samples.map(({ id }) => `${cell.id} ${id}`));
      expect(new Set(reported).size).toBe(reported.length);
      expect(reported).toHaveLength(whole.lines.length);
    }
  });

  it('never adds samples of another build to those of the first', async () => {
    const { lines, builds } = await ask(verb);
    const store = fakeStore();
    const other: ArtifactStore = {
      ...store,
      resolve: async (...args) => {
        const found = await store.resolve(...args);
        if (found.component !== 'runc') return found;
        return { ...found, packageVersion: `${found.packageVersion}+b1`, sha256: 'another' };
      },
    };
    await expect(ask(verb, lines.slice(0, 4), [], { builds, store: other })).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringMatching(/runc: deb:trixie (\S+) -> deb:trixie \1\+b1/),
    });
    await ask(verb, lines.slice(0, 4), [], { builds });
  });

  it('says how it was first asked, and when it was resumed', async () => {
    const whole = await ask(verb);
    const { report } = await ask(verb, whole.lines.slice(0, 2));
    expect(report).toMatchObject({
      startedAt: '2026-01-02T03:04:05.000Z',
      command: ['repro', 'as', 'at', 'first'],
      resumed: [{ at: '2026-01-02T04:00:00.000Z' }],
    });
    expect(report.notes.join()).toContain('went on at 2026-01-02T04:00:00.000Z');
    expect(whole.report.resumed).toBeUndefined();
  });

  it('boots nothing when all was done, and keeps what its cells were', async () => {
    const whole = await ask(verb);
    const again = await ask(verb, whole.lines, whole.report.cells);
    expect(again.provider.specs).toEqual([]);
    expect(again.result).toEqual(whole.result);
    expect(again.report.cells).toEqual(whole.report.cells);
  });
});
