import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomesOf, runnerTester } from '../../scripts/bisect/tester.ts';
import { ArtifactError, MachineError, UsageError } from '../../scripts/lib/errors.ts';
import type { ReportSample } from '../../scripts/model/cell.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import { type Answer, fakeProvider, fakeStore, only, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const boom = { exitCode: 1, stderr: 'boom\n' };

async function testerOf(
  answer: Answer,
  store = fakeStore(),
  before: { dir?: string; begun?: string[] } = {},
) {
  const dir = before.dir ?? (await temporaryDir());
  const provider = fakeProvider(answer);
  const tester = runnerTester({
    component: 'runc',
    specOf: async (revision: string) => `1.0.${revision}`,
    dir,
    firstStep: 1 + (before.begun?.length ?? 0),
    begun: before.begun,
    session: 's',
    cellAt: (spec) => {
      const scenario = scriptScenario({ axes: { runc: [spec] } });
      const [cell] = scenario.cells;
      if (cell === undefined) throw new Error('no cell');
      return { scenario, cell };
    },
    metric: 'depth',
    command: ['repro'],
    providers: only(provider),
    store,
    listener: () => undefined,
  });
  return { tester, provider, dir };
}

describe('runnerTester', () => {
  it("has the digest of the component's build", async () => {
    const { tester, provider } = await testerOf(() => ({}));
    expect(await tester.build('7', signal)).toEqual({ digest: 'runc-1.0.7' });
    expect(provider.specs).toEqual([]);
  });

  it('runs as many samples as were asked for, with the metric, in a folder of their own', async () => {
    const { tester, dir } = await testerOf(() => ({ stdout: 'metric depth 3 layers\n' }));
    const result = await tester.sample('7', 3, signal);
    expect(result).toMatchObject({
      outcomes: Array.from({ length: 3 }, () => ({ judged: 'good', value: 3 })),
      dir: 'steps/001-7',
    });
    expect(existsSync(join(dir, 'steps/001-7/report.json'))).toBe(true);
    expect(await tester.sample('8', 1, signal)).toMatchObject({ dir: 'steps/002-8' });
  });

  it('goes on with a step that was cut short: its samples count, and are not taken again', async () => {
    let taken = 0;
    const cut = new AbortController();
    const first = await testerOf(({ lose }) => {
      taken++;
      if (taken < 3) return {};
      cut.abort();
      lose(new MachineError('lost', 'ended'));
      return new Promise<never>(() => undefined);
    });
    await first.tester.sample('7', 4, cut.signal).catch(() => undefined);
    const { dir } = first;
    const before = await readJournal(join(dir, 'steps/001-7'));
    const count = [...before.values()].flat().length;
    expect(count).toBeGreaterThanOrEqual(2);
    taken = 0;
    const again = () => {
      taken++;
      return {};
    };
    const second = await testerOf(again, fakeStore(), { dir, begun: ['steps/001-7'] });
    // Neither another revision nor fewer samples are that step.
    expect(await second.tester.sample('70', 1, signal)).toMatchObject({ dir: 'steps/002-70' });
    expect(await second.tester.sample('7', 1, signal)).toMatchObject({ dir: 'steps/003-7' });
    taken = 0;
    const result = await second.tester.sample('7', 4, signal);
    expect(result).toMatchObject({ dir: 'steps/001-7' });
    expect('outcomes' in result && result.outcomes).toHaveLength(4);
    expect(taken).toBe(4 - count);
    expect(await second.tester.sample('7', 4, signal)).toMatchObject({ dir: 'steps/004-7' });
  });

  it('does not go on with the samples of another build', async () => {
    const first = await testerOf(() => ({}));
    await first.tester.sample('7', 2, signal);
    const store = fakeStore();
    const { resolve } = store;
    store.resolve = async (request, stop) => ({ ...(await resolve(request, stop)), sha256: 'another' });
    const second = await testerOf(() => ({}), store, { dir: first.dir, begun: ['steps/001-7'] });
    expect(await second.tester.sample('7', 2, signal)).toMatchObject({ dir: 'steps/002-7' });
  });

  it('tells the symptom from another failure', async () => {
    const answers = [boom, { exitCode: 3 }, {}];
    let count = 0;
    const { tester } = await testerOf(() => answers[count++] ?? {});
    const result = await tester.sample('7', 3, signal);
    expect('outcomes' in result && result.outcomes.map(({ judged }) => judged)).toEqual([
      'bad',
      'unjudged',
      'good',
    ]);
  });

  it('a revision that does not build is refused for good, a mirror that is down is not', async () => {
    const refusing = (code: string) =>
      testerOf(
        () => ({}),
        fakeStore(({ component }) => {
          if (component === 'runc') throw new ArtifactError(code, 'x.go:1: undefined: y');
        }),
      );
    const refused = 'x.go:1: undefined: y';
    const final = (await refusing('build-failed')).tester;
    expect(await final.build('7', signal)).toEqual({ refused, transient: false });
    expect(await (await refusing('mirror')).tester.build('7', signal)).toEqual({ refused, transient: true });
  });

  it("a user's mistake ends the bisection", async () => {
    const store = fakeStore(() => {
      throw new UsageError('source', 'no such source');
    });
    const { tester } = await testerOf(() => ({}), store);
    await expect(tester.build('7', signal)).rejects.toThrow('no such source');
  });

  it('a machine that does not come up is refused for this time', async () => {
    const { tester, provider } = await testerOf(() => ({}));
    provider.allocate = async () => {
      throw new MachineError('boot-timeout', 'it did not boot');
    };
    expect(await tester.sample('7', 2, signal)).toEqual({ refused: 'it did not boot', transient: true });
  });

  it('a machine that is lost on the way leaves what was judged before', async () => {
    let count = 0;
    const { tester } = await testerOf((call) => {
      if (++count === 1) return boom;
      call.lose(new MachineError('lost', 'QEMU ended'));
      return new Promise<never>(() => undefined);
    });
    const result = await tester.sample('7', 5, signal);
    expect('outcomes' in result && result.outcomes.map(({ judged }) => judged)).toEqual(['bad', 'unjudged']);
  });
});

describe('outcomesOf', () => {
  const sample = (index: number, judged: ReportSample['judged'], peak?: number): ReportSample => ({
    id: `x#${index}`,
    case: 'x',
    index,
    outcome: 'passed',
    errors: [],
    oomKills: [],
    kernelEvents: [],
    startedAt: '',
    durationMs: 0,
    files: [],
    judged,
    because: undefined,
    metrics: peak === undefined ? {} : { peak: { value: peak, unit: 'bytes' } },
  });

  it('is one a round of all cases', () => {
    const samples = [
      ...[sample(1, 'good'), sample(1, 'bad', 9), sample(1, 'unjudged', 8)],
      ...[sample(2, 'good', 3), sample(2, 'unjudged')],
      ...[sample(3, 'good'), sample(3, 'good', 4)],
    ];
    expect(outcomesOf({ samples }, 'peak')).toEqual([
      { judged: 'bad', value: 9 },
      { judged: 'unjudged', value: 3 },
      { judged: 'good', value: 4 },
    ]);
    expect(outcomesOf({ samples })[0]).toEqual({ judged: 'bad' });
    const because = 'Killed process 7 (runc)';
    const killed = [sample(1, 'good'), { ...sample(1, 'bad'), because }];
    expect(outcomesOf({ samples: killed })).toEqual([{ judged: 'bad', because }]);
  });
});
