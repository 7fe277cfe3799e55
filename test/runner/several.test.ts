/** Cells side by side, of one scenario or several: order, room, what is made meanwhile, and nothing twice. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InterruptedError, MachineError, UsageError } from '../../scripts/lib/errors.ts';
import { readReport } from '../../scripts/report/json.ts';
import type { Host } from '../../scripts/runner/host-load.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import { runScenario, runScenarios, type ScenarioRunRequest } from '../../scripts/runner/run.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';
import type { MachineSpec } from '../../vm/machine.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { temporaryDir } from '../vm/support.ts';
import { type Answer, fakeProvider, fakeStore, only, requestOf, scriptScenario, started } from './support.ts';

const { signal } = new AbortController();
const MIB = 1024 ** 2;
const large: Host = { cores: 64, availableBytes: () => 64 * 1024 * MIB };
const good: Answer = () => ({});

/** A promise that the test keeps. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The runc whose cell a machine is, as its layer's name tells. */
const versionOf = ({ layers }: MachineSpec) => layers.at(-1)?.name.replace('runc-', '') ?? '?';

/** The same script in scenarios of these names, each with cells of these runc versions. */
function named(
  name: string,
  versions: readonly string[],
  keys: Readonly<Record<string, unknown>> = {},
): Scenario {
  const scenario = scriptScenario({ axes: { runc: versions }, samples: 1, ...keys });
  const cells = scenario.cells.map((cell) => ({
    ...cell,
    scenario: name,
    id: `${name}/runc=${cell.axes.runc}`,
  }));
  return { ...scenario, name, cells };
}

async function ordersOf(...scenarios: readonly Scenario[]): Promise<ScenarioRunRequest[]> {
  return Promise.all(
    scenarios.map(async (scenario) => requestOf(await temporaryDir(), scenario, good).request),
  );
}

describe('order', () => {
  it('the cells that expect says are most telling come first; the report keeps the order of the scenario', async () => {
    const scenario = scriptScenario({
      axes: { runc: ['1.0', '1.1.5', '1.1.15'] },
      samples: 1,
      expect: [
        { when: { runc: '1.1.15' }, verdict: 'bad' },
        { when: { runc: '1.1.5' }, verdict: 'good' },
      ],
    });
    const { request, provider } = requestOf(await temporaryDir(), scenario, good);
    const report = await runScenario(request, signal);
    expect(provider.specs.map(versionOf)).toEqual(['1.1.15', '1.1.5', '1.0']);
    expect(report.cells.map(({ axes }) => axes.runc)).toEqual(['1.0', '1.1.5', '1.1.15']);
  });

  it('several scenarios take turns, and each has its own folder and report', async () => {
    const orders = await ordersOf(named('a', ['1', '2', '3']), named('b', ['4']), named('c', ['5', '6']));
    const { request, provider, events } = requestOf('', scriptScenario(), good);
    const reports = await runScenarios(orders, request, signal);
    expect(provider.specs.map(versionOf)).toEqual(['1', '4', '5', '2', '6', '3']);
    expect(reports.map(({ scenario, cells }) => `${scenario} ${cells.length}`)).toEqual([
      'a 3',
      'b 1',
      'c 2',
    ]);
    for (const [at, { dir }] of orders.entries()) {
      expect((await readReport(dir)).report.scenario).toBe(reports[at]?.scenario);
    }
    // A report is whole as soon as its own cells are judged.
    const ends = events.filter(({ type }) => type === 'run-end');
    expect(ends).toEqual(
      [orders[1], orders[2], orders[0]].map((one) => ({ type: 'run-end', dir: one?.dir, exitCode: 0 })),
    );
    expect(new Set(provider.specs.map(({ id }) => id)).size).toBe(6);
  });

  it('a mistake in one scenario ends all before any machine', async () => {
    const orders = await ordersOf(named('a', ['1']), named('b', ['9.7']));
    const store = fakeStore(({ spec }) => {
      if (spec === '9.7') throw new UsageError('source', 'no such source');
    });
    const { request, provider } = requestOf('', scriptScenario(), good, { store });
    await expect(runScenarios(orders, request, signal)).rejects.toThrow('no such source');
    expect(provider.specs).toEqual([]);
  });
});

describe('room', () => {
  /** Machines that were alive at once, at most: none ends before `count` are, and then it takes its time. */
  async function most(
    scenario: Scenario,
    count: number,
    changes: Partial<ScenarioRunRequest>,
  ): Promise<number> {
    const enough = gate();
    const answer: Answer = async () => {
      if (provider.alive >= count) enough.open();
      await enough.opened;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {};
    };
    const provider = fakeProvider(answer);
    const { request } = requestOf(await temporaryDir(), scenario, answer, {
      jobs: undefined,
      providers: only(provider),
      ...changes,
    });
    await runScenario(request, signal);
    expect(provider.specs).toHaveLength(scenario.cells.length);
    // However many end at once, it is the whole report that stays.
    expect((await readReport(request.dir)).report.cells).toHaveLength(scenario.cells.length);
    return provider.most;
  }

  const six = scriptScenario({ axes: { runc: ['1', '2', '3', '4', '5', '6'] }, samples: 1 });
  const machine = (1024 + 650) * MIB;
  const roomFor = (count: number): Host => ({ cores: 64, availableBytes: () => count * machine + 256 * MIB });

  it.each([
    ['cores bound how many run', six, { host: { ...large, cores: 3 } }, 3],
    ['memory bounds it', six, { host: roomFor(2) }, 2],
    ['one runs where there is room for none', six, { host: roomFor(0) }, 1],
    ['jobs decide where they are named', six, { host: roomFor(2), jobs: 4 }, 4],
  ])('%s', async (_, scenario, changes, count) => {
    expect(await most(scenario, count, changes)).toBe(count);
  });

  it('cells whose time is asked for run alone, also with jobs, and after all others', async () => {
    const timing = named('timing', ['1', '2'], { symptom: { metric: 'version.time', above: 5 } });
    const [timed, other] = await ordersOf(timing, named('other', ['3', '4']));
    if (timed === undefined || other === undefined) throw new Error('no orders');
    const beside: Record<string, number> = {};
    const both = gate();
    const answer: Answer = async ({ spec }) => {
      beside[versionOf(spec)] = provider.alive;
      // Both of the other scenario have started before either ends.
      if (provider.alive === 2) both.open();
      if (['3', '4'].includes(versionOf(spec))) await both.opened;
      return { stdout: 'metric version.time 3 ms\n' };
    };
    const provider = fakeProvider(answer);
    const { request } = requestOf('', scriptScenario(), answer, { jobs: 8, providers: only(provider) });
    await runScenarios([timed, other], request, signal);
    const versions = provider.specs.map(versionOf);
    // The first two start at once, the others one after the other.
    expect([...versions.slice(0, 2).sort(), ...versions.slice(2)]).toEqual(['3', '4', '1', '2']);
    expect(beside).toMatchObject({ 1: 1, 2: 1 });
    expect(provider.most).toBe(2);
  });
});

describe('meanwhile', () => {
  it('a cell starts while the artifacts of others are still made', async () => {
    const store = fakeStore();
    const slow = gate();
    const ran: string[] = [];
    const { request, events } = requestOf(
      await temporaryDir(),
      scriptScenario({ axes: { runc: ['9.9', '2', '3'] }, samples: 1 }),
      ({ spec }) => {
        ran.push(versionOf(spec));
        if (ran.length === 2) slow.open();
        return {};
      },
      {
        store: {
          ...store,
          layer: async (resolved, stop) => {
            if (resolved.version === '9.9') await slow.opened;
            return store.layer(resolved, stop);
          },
        },
      },
    );
    const report = await runScenario(request, signal);
    // The slow one is ready only after the two others have run.
    expect(ran).toEqual(['2', '3', '9.9']);
    expect(report.phases.map(({ name }) => name)).toEqual(['resolve', 'artifacts', 'cells']);
    expect(events.filter(({ type }) => type === 'phase')).toEqual(
      ['resolve', 'artifacts', 'cells'].map((name) => ({ type: 'phase', name })),
    );
  });

  it("a user's mistake that only the making of an artifact shows stops what runs, and is told", async () => {
    const dir = await temporaryDir();
    const store = fakeStore();
    const runs = gate();
    const scenario = scriptScenario({ axes: { runc: ['1', '9.8'] }, samples: 1 });
    const { request, provider } = requestOf(
      dir,
      scenario,
      () => {
        runs.open();
        return new Promise<never>(() => undefined);
      },
      {
        store: {
          ...store,
          layer: async (resolved, stop) => {
            if (resolved.version !== '9.8') return store.layer(resolved, stop);
            await runs.opened;
            throw new UsageError('path', 'no such file');
          },
        },
      },
    );
    await expect(runScenario(request, signal)).rejects.toThrow('no such file');
    expect(provider.alive).toBe(0);
    const { cells } = (await readReport(dir)).report;
    expect(cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'skip', reason: 'no such file' },
      { kind: 'skip', reason: 'no such file' },
    ]);
  });

  describe('what machines need is made beforehand', () => {
    const kernels = scriptScenario({ axes: { kernel: ['1', '2', '3'], runc: ['7', '8'] }, samples: 1 });
    const kernelOf = ({ kernel }: MachineSpec) => kernel?.artifact.version ?? '?';

    /** Kernels whose machines were made ready while the first cell ran: it waits for two of them. */
    async function warmed(changes: Partial<ScenarioRunRequest>, fail = false, scenario = kernels) {
      const made: string[] = [];
      const first = gate();
      const answer: Answer = async () => {
        await first.opened;
        return {};
      };
      const provider = fakeProvider(answer);
      const warm = async (spec: MachineSpec) => {
        expect(spec.layers).toEqual([]);
        made.push(kernelOf(spec));
        if (made.length === 2 || fail) first.open();
        if (fail) throw new MachineError('boot-failed', 'no snapshot');
      };
      const { request, events } = requestOf(await temporaryDir(), scenario, answer, {
        jobs: undefined,
        host: { ...large, cores: 1 },
        providers: only({ ...provider, warm }),
        ...changes,
      });
      if (changes.jobs !== undefined || scenario !== kernels) first.open();
      const report = await runScenario(request, signal);
      return {
        made,
        report,
        notices: events.flatMap((event) => (event.type === 'notice' ? event.text : [])),
      };
    }

    it('once for each kind of machine that waits, in their order', async () => {
      const { made, report } = await warmed({});
      expect(made).toEqual(['2', '3']);
      expect(report.exitCode).toBe(0);
    });

    it('failing does no harm', async () => {
      const { made, report, notices } = await warmed({}, true);
      expect(made).not.toEqual([]);
      expect(report.exitCode).toBe(0);
      expect(notices).toContain('nothing was made beforehand: no snapshot');
    });

    it('never beyond the jobs that the user allows', async () => {
      expect((await warmed({ jobs: 1 })).made).toEqual([]);
    });

    it('never beside a cell whose time is asked for', async () => {
      const timing = scriptScenario({
        axes: { kernel: ['1', '2', '3'] },
        samples: 1,
        symptom: { metric: 'start.time', above: 1 },
      });
      expect((await warmed({}, false, timing)).made).toEqual([]);
    });
  });
});

describe('nothing twice', () => {
  /** `deb:trixie` has runc 1.1.15, so two of these three cells are one build. */
  const scenario = scenarioOf({
    suite: { id: 'oci', cases: ['start'] },
    axes: { runc: ['1.1.5', '1.1.15', 'deb:trixie'] },
    symptom: { metric: 'memory.peak', above: '8Mi' },
    samples: 2,
    expect: [
      { when: { runc: 'deb:trixie' }, verdict: 'good' },
      { when: { runc: '1.1.15' }, verdict: 'bad' },
    ],
  });
  const answer: Answer = (call) => started(call, versionOf(call.spec) === '1.1.15' ? 10_000_000 : 4_000_000);

  it('cells of the same builds and settings run once, and both have the verdict', async () => {
    const { request, provider, events } = requestOf(await temporaryDir(), scenario, answer);
    const report = await runScenario(request, signal);
    expect(provider.specs.map(versionOf)).toEqual(['1.1.15', '1.1.5']);
    const [other, first, second] = report.cells;
    expect(report.cells.map(({ verdict }) => verdict.kind)).toEqual(['good', 'bad', 'bad']);
    expect(second).toMatchObject({
      id: 'test/runc=deb:trixie',
      sharedWith: first?.id,
      dir: first?.dir,
      verdict: first?.verdict,
      content: first?.content,
      expected: { verdict: 'good', met: false },
      samples: [],
      samplesPlanned: 0,
      metrics: {},
      oomKills: [],
    });
    expect(first?.samples).toHaveLength(2);
    expect(first).not.toHaveProperty('sharedWith');
    expect(first?.content).not.toBe(other?.content);
    // Each is told to have ended, once.
    expect(events.flatMap((event) => (event.type === 'cell-end' ? event.cell.axes.runc : [])).sort()).toEqual(
      [...['1.1.15', '1.1.5', 'deb:trixie']],
    );
  });

  it('all of them run for whoever compares their rates', async () => {
    const { request, provider } = requestOf(await temporaryDir(), scenario, answer, { share: false });
    const report = await runScenario(request, signal);
    expect(provider.specs).toHaveLength(3);
    expect(report.cells.map(({ samples, sharedWith }) => [samples.length, sharedWith])).toEqual(
      [2, 2, 2].map((count) => [count, undefined]),
    );
  });

  it('the first in order runs it, whichever was ready first', async () => {
    const [later, earlier] = [gate(), gate()];
    const store = fakeStore();
    const plain = scenarioOf({
      suite: { id: 'oci', cases: ['start'] },
      axes: { runc: ['1.1.5', '1.1.15', 'deb:trixie'] },
      samples: 1,
    });
    const slow: Answer = async (call) => {
      await earlier.opened;
      return started(call);
    };
    const { request } = requestOf(await temporaryDir(), plain, slow, {
      store: {
        ...store,
        layer: async (resolved, stop) => {
          if (resolved.packageVersion === '1.1.15-1') await later.opened;
          return store.layer(resolved, stop);
        },
      },
      listener: (event) => {
        if (event.type !== 'cell-prepare' || event.step !== 'waiting') return;
        if (event.cell.axes.runc === 'deb:trixie') later.open();
        if (event.cell.axes.runc === '1.1.15') earlier.open();
      },
    });
    const { cells } = await runScenario(request, signal);
    expect(cells.map(({ sharedWith }) => sharedWith)).toEqual([undefined, undefined, cells[1]?.id]);
  });

  it.each([
    ['another parameter', { overrides: [{ when: { runc: 'deb:trixie' }, params: { memoryLimit: '20Mi' } }] }],
    ['another number of samples', { overrides: [{ when: { runc: 'deb:trixie' }, samples: 3 }] }],
    ['another machine', { overrides: [{ when: { runc: 'deb:trixie' }, machine: { memory: '2Gi' } }] }],
  ])('%s is another question', async (_, keys) => {
    const changed = scenarioOf({
      suite: { id: 'oci', cases: ['start'] },
      axes: { runc: ['1.1.15', 'deb:trixie'] },
      samples: 2,
      ...keys,
    });
    const { request, provider } = requestOf(await temporaryDir(), changed, answer);
    await runScenario(request, signal);
    expect(provider.specs).toHaveLength(2);
  });

  it('a script may see how a build was named, so for scripts the names count', async () => {
    const named = scriptScenario({ axes: { runc: ['1.1.15', 'deb:trixie'] }, samples: 1 });
    const { request, provider } = requestOf(await temporaryDir(), named, good);
    await runScenario(request, signal);
    expect(provider.specs).toHaveLength(2);
  });

  it('a failure to judge is shared as well, and a resumed run tries it once', async () => {
    const dir = await temporaryDir();
    const lost: Answer = (call) => {
      if (versionOf(call.spec) !== '1.1.15') return answer(call);
      call.lose(new MachineError('lost', 'QEMU ended'));
      return new Promise<never>(() => undefined);
    };
    const before = await runScenario(requestOf(dir, scenario, lost).request, signal);
    expect(before.cells.map(({ verdict }) => verdict.kind)).toEqual(['good', 'skip', 'skip']);
    const { request, provider } = requestOf(dir, scenario, answer, {
      done: await readJournal(dir),
      earlier: before.cells,
    });
    const after = await runScenario(request, signal);
    expect(provider.specs.map(versionOf)).toEqual(['1.1.15']);
    expect(after.cells.map(({ verdict, sharedWith }) => [verdict.kind, sharedWith])).toEqual([
      ['good', undefined],
      ['bad', undefined],
      ['bad', 'test/runc=1.1.15'],
    ]);
  });

  it('a result that not all samples speak for is not taken over, nor is what was shared of it', async () => {
    const dir = await temporaryDir();
    const cells = scenario.cells.map((cell) => ({ ...cell, samples: 3 }));
    const lost: Answer = (call) => {
      if (versionOf(call.spec) !== '1.1.15' || call.text.includes('start-1')) return answer(call);
      call.lose(new MachineError('lost', 'QEMU ended'));
      return new Promise<never>(() => undefined);
    };
    const before = await runScenario(requestOf(dir, scenario, lost, { cells }).request, signal);
    expect(before.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'good', total: 3 },
      { kind: 'bad', total: 1 },
      { kind: 'bad', total: 1 },
    ]);
    const done = new Map([...(await readJournal(dir))].map(([id, samples]) => [id, samples.slice(0, 1)]));
    const { request } = requestOf(dir, scenario, answer, { cells, done, earlier: before.cells });
    expect((await runScenario(request, signal)).cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'good', total: 3 },
      { kind: 'bad', total: 3 },
      { kind: 'bad', total: 3 },
    ]);
  });

  it('a resumed run shares the result of a cell that an earlier one judged', async () => {
    const dir = await temporaryDir();
    const before = await runScenario(requestOf(dir, scenario, answer).request, signal);
    // As if it had been interrupted before it came to the last cell.
    const { request, provider } = requestOf(dir, scenario, answer, { earlier: before.cells.slice(0, 2) });
    const after = await runScenario(request, signal);
    expect(provider.specs).toEqual([]);
    expect(after.cells).toEqual(before.cells);
  });

  it('several interrupted scenarios are resumed without repeating a sample', async () => {
    const stop = new AbortController();
    const orders = await ordersOf(
      named('a', ['1', '2'], { samples: 2 }),
      named('b', ['3', '4'], { samples: 2 }),
    );
    const counts: Record<string, number> = {};
    let left = 5;
    const counted: Answer = ({ spec, text }) => {
      if (left-- === 0) {
        stop.abort(new InterruptedError());
        return new Promise<never>(() => undefined);
      }
      const id = `${versionOf(spec)} ${/script-\d/.exec(text)?.[0]}`;
      counts[id] = (counts[id] ?? 0) + 1;
      return {};
    };
    const first = await runScenarios(orders, requestOf('', scriptScenario(), counted).request, stop.signal);
    expect(first.map(({ interrupted }) => interrupted)).toEqual([true, true]);
    const again = await Promise.all(
      orders.map(async (order) => ({
        ...order,
        done: await readJournal(order.dir),
        earlier: (await readReport(order.dir)).report.cells,
      })),
    );
    left = 100;
    const second = await runScenarios(again, requestOf('', scriptScenario(), counted).request, signal);
    expect(second.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(Object.values(counts)).toEqual(Array.from({ length: 8 }, () => 1));
    const journal = await readFile(join(orders[0]?.dir ?? '', 'journal.ndjson'), 'utf8');
    expect(journal.trim().split('\n')).toHaveLength(4);
  });
});
