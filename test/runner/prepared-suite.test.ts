/** A suite that was made ready on a machine is given up once, however its cell ends; and that hides nothing. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InterruptedError, MachineError, ReproError } from '../../scripts/lib/errors.ts';
import { type CellRequest, openCell } from '../../scripts/runner/cell-session.ts';
import { makeReady, resolveCell } from '../../scripts/runner/plan.ts';
import { SUITES } from '../../scripts/suites/catalog.ts';
import type { SampleRun, Suite, SuitePlace } from '../../scripts/suites/suite.ts';
import type { WrittenParams } from '../../scripts/suites/typed.ts';
import { temporaryDir } from '../vm/support.ts';
import { type Answer, fakeStore, requestOf, scriptScenario } from './support.ts';

afterEach(() => vi.restoreAllMocks());

type Take = (sample: SampleRun<WrittenParams>, place: SuitePlace<WrittenParams>) => Promise<void>;

interface Behaviour {
  readonly take?: Take;
  readonly prepare?: (place: SuitePlace<WrittenParams>) => Promise<void>;
  readonly dispose?: () => Promise<void>;
  /** Of the machine, to a sample's script. */
  readonly answer?: Answer;
}

/** A suite of which it is written down what was done with it. */
function watched({ take, prepare, dispose }: Behaviour): {
  readonly suite: Suite<WrittenParams>;
  readonly told: string[];
} {
  const told: string[] = [];
  let machines = 0;
  const suite: Suite<WrittenParams> = {
    id: 'script',
    async prepare(place) {
      const machine = ++machines;
      told.push(`prepare ${machine}`);
      await prepare?.(place);
      return {
        async take(sample) {
          told.push(`take ${machine}`);
          await take?.(sample, place);
        },
        async inspect() {
          told.push(`inspect ${machine}`);
          return {};
        },
        async [Symbol.asyncDispose]() {
          told.push(`dispose ${machine}`);
          await dispose?.();
        },
      };
    },
    async logs() {
      told.push('logs');
      return {};
    },
  };
  return { suite, told };
}

async function cellOf(behaviour: Behaviour, changes: Partial<CellRequest> = {}) {
  const { suite, told } = watched(behaviour);
  const card = SUITES.script;
  if (card === undefined) throw new Error('no suite script');
  vi.spyOn(card, 'load').mockResolvedValue(suite);
  const runDir = await temporaryDir();
  const scenario = scriptScenario({ axes: { runc: ['1.1.5'] }, symptom: { case: 'fails' }, samples: 3 });
  const { provider, events, request } = requestOf(runDir, scenario, behaviour.answer ?? (() => ({})));
  const [cell] = scenario.cells;
  if (cell === undefined) throw new Error('no cell');
  const interrupt = new AbortController();
  const store = fakeStore();
  const ready = await makeReady(
    await resolveCell(cell, scenario, store, interrupt.signal),
    store,
    interrupt.signal,
  );
  const place = { ready, scenario, provider, session: 's', machineId: 'm1', keep: false, runDir, done: [] };
  const session = await openCell(
    { ...place, planned: 3, listener: request.listener, ...changes },
    interrupt.signal,
  );
  const take = (index: number) => session.take({ caseId: 'script', index });
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  return { session, take, told, provider, interrupt, runDir, notices };
}

const count = (told: readonly string[], what: string) => told.filter((one) => one === what).length;

describe('a prepared suite is given up', () => {
  it('after its samples, the versions and the logs', async () => {
    const { session, take, told, provider } = await cellOf({});
    await take(1);
    await take(2);
    await session.close(2);
    await session[Symbol.asyncDispose]();
    expect(told).toEqual(['prepare 1', 'take 1', 'take 1', 'inspect 1', 'logs', 'dispose 1']);
    expect(provider.alive).toBe(0);
  });

  it('when a sample failed', async () => {
    const { session, take, told } = await cellOf({ take: async ({ sink }) => sink.error('boom') });
    expect(await take(1)).toMatchObject({ judged: 'bad' });
    await session.close(1);
    expect(count(told, 'dispose 1')).toBe(1);
  });

  it('with the machine of a sample that had no answer, before the next one is made ready', async () => {
    const { session, take, told } = await cellOf({
      take: async ({ sink }) => {
        if (sink.id === 'script#1') throw new ReproError('no-answer', 'nobody answers');
      },
    });
    await take(1);
    await take(2);
    await session.close(2);
    const steps = ['prepare 1', 'take 1', 'logs', 'dispose 1', 'prepare 2', 'take 2'];
    expect(told).toEqual([...steps, 'inspect 2', 'logs', 'dispose 2']);
  });

  it('when the machine is lost, of which nothing more is asked', async () => {
    const lost = new MachineError('panic', 'the kernel panicked');
    const { session, take, told, provider } = await cellOf({
      answer: ({ lose }) => {
        lose(lost);
        return {};
      },
      take: async (_sample, { machine }) => {
        await machine.exec('/var/tmp/repro-script/run');
        throw lost;
      },
    });
    await take(1);
    expect((await session.close()).verdict).toMatchObject({ kind: 'skip' });
    expect(told).toEqual(['prepare 1', 'take 1', 'dispose 1']);
    expect(provider.alive).toBe(0);
  });

  it('when the run is interrupted in the middle of a sample', async () => {
    const { session, take, told, provider, interrupt } = await cellOf({
      take: () => {
        interrupt.abort(new InterruptedError('stopped'));
        return new Promise(() => undefined);
      },
    });
    expect(await take(1)).toBeUndefined();
    expect((await session.close()).verdict).toMatchObject({ kind: 'skip', reason: 'stopped' });
    expect(count(told, 'dispose 1')).toBe(1);
    expect(provider.alive).toBe(0);
  });

  it('when the run is interrupted while it is made ready, if it still was', async () => {
    const { session, take, told, interrupt } = await cellOf({
      prepare: async () => interrupt.abort(new InterruptedError('stopped')),
    });
    expect(await take(1)).toBeUndefined();
    await session.close();
    expect(told).toEqual(['prepare 1', 'logs', 'dispose 1']);
  });

  it('also where the machine is kept', async () => {
    const { session, take, told } = await cellOf({}, { keep: true });
    await take(1);
    await session.close(1);
    expect(count(told, 'dispose 1')).toBe(1);
  });

  it('never where it could not be made ready: there is nothing to give up, but logs to read', async () => {
    const { session, take, told, provider } = await cellOf({
      prepare: async () => {
        throw new ReproError('cri-not-ready', 'containerd did not become ready');
      },
    });
    expect(await take(1)).toBeUndefined();
    expect((await session.close()).verdict).toMatchObject({
      kind: 'skip',
      reason: 'containerd did not become ready',
    });
    expect(told).toEqual(['prepare 1', 'logs']);
    expect(provider.alive).toBe(0);
  });
});

describe('a command that does not end in time', () => {
  const late = async () => {
    throw new MachineError('exec-timeout', 'a command did not end within 60 s on the machine');
  };

  it('is told with the suite whose set-up it was in, or with its case', async () => {
    const setUp = await cellOf({
      answer: late,
      prepare: async ({ machine }) => void (await machine.exec('/var/tmp/repro-script/prepare')),
    });
    expect(await setUp.take(1)).toBeUndefined();
    const reason = expect.stringMatching(
      /^set-up of the suite script: a command did not end within 60 s .*“\/var\/tmp\/repro-script\/prepare”.*--jobs 1/,
    );
    expect((await setUp.session.close()).verdict).toMatchObject({ kind: 'skip', reason });

    const inCase = await cellOf({
      answer: late,
      take: async (_, { machine }) => void (await machine.exec('/var/tmp/repro-script/run')),
    });
    expect(await inCase.take(1)).toMatchObject({
      outcome: 'error',
      because: expect.stringMatching(/^case script: a command did not end within 60 s/),
    });
    await inCase.session.close();
  });

  it('has as much time in a set-up as a sample has', async () => {
    const timeouts: (number | undefined)[] = [];
    const { take, session } = await cellOf({
      answer: ({ options }) => {
        timeouts.push(options.timeout);
        return {};
      },
      prepare: async ({ machine }) =>
        void (await machine.exec('/var/tmp/repro-script/prepare', { timeout: 1 })),
    });
    await take(1);
    await session.close();
    expect(timeouts).toEqual([60_000]);
  });
});

describe('what goes wrong when it is given up', () => {
  const dispose = async () => {
    throw new Error('the connection hangs');
  };

  it('is told, and changes no answer', async () => {
    const { session, take, provider, runDir, notices } = await cellOf({ dispose });
    await take(1);
    const cell = await session.close(1);
    expect(cell.verdict).toMatchObject({ kind: 'good', total: 1 });
    expect(notices().join()).toContain('the connection hangs');
    const kept = join(runDir, cell.dir, 'dispose-error.txt');
    expect(existsSync(kept) && (await readFile(kept, 'utf8'))).toContain('the connection hangs');
    expect(provider.alive).toBe(0);
  });

  it('hides no earlier error', async () => {
    const { session, take } = await cellOf({
      dispose,
      take: async () => {
        throw new ReproError('no-answer', 'nobody answers');
      },
    });
    await take(1);
    expect((await session.close(1)).verdict).toHaveProperty(
      'reason',
      expect.stringContaining('nobody answers'),
    );
  });

  it('keeps no sample from its new machine', async () => {
    const { session, take, provider } = await cellOf({
      dispose,
      take: async ({ sink }) => {
        if (sink.id === 'script#1') throw new ReproError('no-answer', 'nobody answers');
      },
    });
    await take(1);
    expect(await take(2)).toMatchObject({ judged: 'good', machine: 2 });
    await session.close(2);
    expect(provider).toMatchObject({ alive: 0, most: 1 });
  });

  it('keeps no machine from being given back where it takes for ever', async () => {
    const { session, take, provider, notices } = await cellOf(
      { dispose: () => new Promise(() => undefined) },
      { closingMs: 20 },
    );
    await take(1);
    expect((await session.close(1)).verdict).toMatchObject({ kind: 'good' });
    expect(notices().join()).toContain('dispose gave no answer within 0.02 s');
    expect(provider.alive).toBe(0);
  });
});
