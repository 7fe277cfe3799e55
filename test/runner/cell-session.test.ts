import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MachineError } from '../../scripts/lib/errors.ts';
import { type CellRequest, openCell } from '../../scripts/runner/cell-session.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import { makeReady, resolveCell } from '../../scripts/runner/plan.ts';
import { runScenario } from '../../scripts/runner/run.ts';
import type { MachineProvider } from '../../vm/machine.ts';
import { temporaryDir } from '../vm/support.ts';
import { type Answer, type FakeProvider, fakeStore, requestOf, scriptScenario } from './support.ts';

const { signal } = new AbortController();
const hang = () => new Promise<never>(() => undefined);
/** A sample without a verdict, whatever the host does meanwhile. */
const noAnswer = () => {
  throw new Error('no answer');
};
const nth = (n: number) => (call: Parameters<Answer>[0]) => call.text.includes(`script-${n}`);
const ONE = { axes: { runc: ['1.1.5'] }, symptom: { case: 'fails' }, samples: 3 };

async function sessionOf(answer: Answer, changes: Partial<CellRequest> = {}, keys = {}) {
  const runDir = changes.runDir ?? (await temporaryDir());
  const scenario = scriptScenario({ ...ONE, ...keys });
  const { provider, events, request } = requestOf(runDir, scenario, answer);
  const [cell] = scenario.cells;
  if (cell === undefined) throw new Error('no cell');
  const store = fakeStore();
  const resolved = await resolveCell(cell, scenario, store, signal);
  const ready = await makeReady(resolved, store, signal);
  const session = await openCell(
    {
      ready,
      scenario,
      provider,
      session: 's',
      machineId: 'm1',
      keep: false,
      runDir,
      done: [],
      planned: 3,
      listener: request.listener,
      ...changes,
    },
    signal,
  );
  const take = (index: number) => session.take({ caseId: 'script', index });
  return { session, take, provider, events, runDir };
}

/** What a sample that hung leaves on its machine makes the next one on it fail. */
function leavesContainer(
  provider: () => FakeProvider,
  hangs: (call: Parameters<Answer>[0]) => boolean,
): Answer {
  const left = new Set<string>();
  return (call) => {
    const machine = String(provider().specs.at(-1)?.id);
    if (left.has(machine)) return { exitCode: 1, stderr: 'container with given ID already exists\n' };
    left.add(machine);
    if (hangs(call)) return noAnswer();
    left.delete(machine);
    return {};
  };
}

/** The kernel's words for a kill in a cgroup. */
const killIn = (cgroup: string) =>
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${cgroup},task_memcg=${cgroup},task=dd,pid=7,uid=0
Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0`;

describe('a kill that tells something of a sample that ended', () => {
  const OOM = { symptom: { oomKill: { process: 'dd' } } };
  const saying = (cgroup: string) =>
    sessionOf(
      (call) => {
        if (nth(3)(call)) call.kernelLog.says(killIn(cgroup));
        return {};
      },
      {},
      OOM,
    );

  it('in the cgroup of an earlier one: neither is good, also for a run that is resumed', async () => {
    const { session, take, runDir } = await saying('/repro/script-1');
    for (const index of [1, 2, 3]) await take(index);
    const cell = await session.close();
    expect(cell.samples.map(({ judged }) => judged)).toEqual(['unjudged', 'good', 'unjudged']);
    expect(cell.samples[0]?.because).toContain('named after script#1 (/repro/script-1)');
    expect(cell.verdict.kind).toBe('skip');
    expect(cell.oomKills).toMatchObject([{ sample: undefined }]);
    const [journal = []] = (await readJournal(runDir)).values();
    expect(journal.map(({ incomplete }) => incomplete !== undefined)).toEqual([true, false, true]);
  });

  it('in its own cgroup, after its end: it is bad, also for a run that is resumed', async () => {
    let kernel: { says(text: string): void } | undefined;
    const { session, take, runDir } = await sessionOf(
      (call) => {
        kernel = call.kernelLog;
        return {};
      },
      {},
      OOM,
    );
    expect(await take(1)).toMatchObject({ judged: 'good' });
    kernel?.says(killIn('/repro/script-1'));
    expect(await take(2)).toMatchObject({ judged: 'good' });
    const cell = await session.close();
    expect(cell.samples.map(({ judged }) => judged)).toEqual(['bad', 'good']);
    const [journal = []] = (await readJournal(runDir)).values();
    expect(journal.map(({ oomKills }) => oomKills.length)).toEqual([1, 0]);
  });
});

describe('a machine after a sample without a verdict', () => {
  it('is replaced: what the sample left makes the next one no failure', async () => {
    const scenario = scriptScenario(ONE);
    const made = requestOf(await temporaryDir(), scenario, (call) => answer(call));
    const answer = leavesContainer(() => made.provider, nth(1));
    const [cell] = (await runScenario(made.request, signal)).cells;
    expect(cell?.samples.map(({ judged }) => judged)).toEqual(['unjudged', 'good', 'good']);
    expect(cell?.samples.map(({ machine }) => machine)).toEqual([1, 2, 2]);
    expect(cell?.verdict.kind).toBe('skip');
    expect(made.provider).toMatchObject({ alive: 0, most: 1 });
    expect(new Set(made.provider.specs.map(({ id }) => id)).size).toBe(2);
    expect(new Set(made.provider.specs.map(({ logDir }) => logDir)).size).toBe(2);
  });

  it('is not replaced for nothing when that sample was the last', async () => {
    const { session, take, provider } = await sessionOf(noAnswer);
    expect(await take(1)).toMatchObject({ judged: 'unjudged' });
    await session.close();
    expect(provider.specs).toHaveLength(1);
  });

  it('that can not be replaced ends the cell, which is a skip with the reason', async () => {
    const runDir = await temporaryDir();
    const { provider } = requestOf(runDir, scriptScenario(ONE), noAnswer);
    const once: MachineProvider = {
      ...provider,
      allocate: (spec, until) => {
        if (provider.specs.length > 0) throw new MachineError('boot-failed', 'no second machine');
        return provider.allocate(spec, until);
      },
    };
    const { session, take } = await sessionOf(noAnswer, { runDir, provider: once });
    await take(1);
    expect(await take(2)).toBeUndefined();
    expect(session.ended).toBe(true);
    const cell = await session.close();
    expect(cell.verdict).toMatchObject({
      kind: 'skip',
      reason: expect.stringContaining('no second machine'),
    });
    expect(cell).toMatchObject({ samplesPlanned: 3, samples: [{ id: 'script#1' }] });
    expect(provider.alive).toBe(0);
  });

  it('stays as it is where machines are kept, and takes no further sample', async () => {
    const { session, take, provider } = await sessionOf(noAnswer, { keep: true });
    await take(1);
    expect(await take(2)).toBeUndefined();
    expect((await session.close()).verdict).toHaveProperty(
      'reason',
      expect.stringContaining('kept as it is'),
    );
    expect(provider.specs).toHaveLength(1);
  });

  it('keeps the files of each machine', async () => {
    const { session, take, runDir } = await sessionOf((call) => (nth(1)(call) ? noAnswer() : {}));
    await take(1);
    await take(2);
    const { dir } = await session.close();
    const [first, second] = await Promise.all(
      ['kernel.log', 'machine-2-kernel.log'].map((name) => readFile(join(runDir, dir, name), 'utf8')),
    );
    expect(first).toContain('script#1 begin');
    expect(first).not.toContain('script#2');
    expect(second).toContain('script#2 begin');
  });
});

describe('machine.fresh: sample', () => {
  const keys = { machine: { fresh: 'sample' } };

  it('takes a new machine for each sample, and none after the last', async () => {
    const made = requestOf(await temporaryDir(), scriptScenario({ ...ONE, ...keys }), () => ({}));
    const [cell] = (await runScenario(made.request, signal)).cells;
    expect(cell?.verdict).toMatchObject({ kind: 'good', total: 3 });
    expect(cell?.samples.map(({ machine }) => machine)).toEqual([1, 2, 3]);
    expect(made.provider.specs).toHaveLength(3);
    expect(made.provider).toMatchObject({ alive: 0, most: 1 });
  });

  it('is refused with --keep, before anything boots', async () => {
    const scenario = scriptScenario({ ...ONE, ...keys });
    const { request, provider } = requestOf(await temporaryDir(), scenario, () => ({}), { keep: true });
    await expect(runScenario(request, signal)).rejects.toThrow('a new machine for each sample');
    expect(provider.specs).toEqual([]);
  });

  it('fresh: cell is what there is without it', async () => {
    const [plain, named] = [{}, { machine: { fresh: 'cell' } }].map((more) =>
      scriptScenario({ ...ONE, ...more }).cells.map(({ machine }) => machine),
    );
    expect(named).toEqual(plain);
  });
});

describe('a cell session', () => {
  it('counts its machines on from those of the run before', async () => {
    const first = await sessionOf(() => ({}));
    await first.take(1);
    await first.session.close();
    const done = [...(await readJournal(first.runDir)).values()].flat();
    const { session, take } = await sessionOf(() => ({}), { runDir: first.runDir, done });
    expect(await take(2)).toMatchObject({ machine: 2 });
    expect((await session.close()).samples.map(({ id, machine }) => [id, machine])).toEqual([
      ['script#1', 1],
      ['script#2', 2],
    ]);
  });

  it('boots nothing before it is asked for a sample', async () => {
    const { session, provider } = await sessionOf(() => ({}));
    await session.close();
    expect(provider.specs).toEqual([]);
  });

  it('gives one answer, however often it is closed', async () => {
    const { session, take, events } = await sessionOf(() => ({}));
    await take(1);
    expect(await session.close()).toBe(await session.close());
    await session[Symbol.asyncDispose]();
    expect(events.filter(({ type }) => type === 'cell-end')).toHaveLength(1);
  });
});

it('a step after the samples that takes too long is told by name, and spoils no verdict', async () => {
  const runDir = await temporaryDir();
  const { provider } = requestOf(runDir, scriptScenario(ONE), () => ({}));
  const slow: MachineProvider = {
    ...provider,
    allocate: async (spec, until) => {
      const machine = await provider.allocate(spec, until);
      return {
        ...machine,
        exec: (command, options) =>
          String(command).includes('look()') ? hang() : machine.exec(command, options),
      };
    },
  };
  const { session, take, events } = await sessionOf(() => ({}), { runDir, provider: slow, closingMs: 20 });
  await take(1);
  const cell = await session.close(1);
  expect(cell.verdict).toMatchObject({ kind: 'good', total: 1 });
  expect(cell.guest).toEqual({});
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  expect(notices.join()).toContain('inspect gave no answer within 0.02 s');
  expect(existsSync(join(runDir, cell.dir, 'inspect-error.txt'))).toBe(true);
});
