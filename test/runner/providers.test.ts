import { describe, expect, it, vi } from 'vitest';
import { changedBuilds } from '../../scripts/runner/builds.ts';
import { hostFacts } from '../../scripts/runner/host.ts';
import { providersOf } from '../../scripts/runner/providers.ts';
import { kindsOf, questionOf } from '../../scripts/runner/question.ts';
import { runScenario } from '../../scripts/runner/run.ts';
import { openRunFolder } from '../../scripts/runner/run-folder.ts';
import type { Cell, CellProvider } from '../../scripts/scenario/types.ts';
import { temporaryDir } from '../vm/support.ts';
import { fakeProvider, fakeStore, requestOf, scriptScenario } from './support.ts';

vi.mock('../../vm/providers.ts', async (original) => {
  const real = await original<typeof import('../../vm/providers.ts')>();
  const own = { kind: 'docker', mostMiB: (memoryMiB: number) => memoryMiB };
  return { ...real, cardOf: (kind: string) => (kind === 'docker' ? own : real.cardOf(kind)) };
});

const { signal } = new AbortController();
const ONE = { axes: { word: ['a', 'b'] }, samples: 1 };
const docker: CellProvider = {
  kind: 'docker',
  why: 'the first of docker, qemu',
  fixed: { kernel: '6.1.0', cgroup: 'v1', image: '' },
};

/** The cells of such a scenario, each placed. */
function placed(keys: Readonly<Record<string, unknown>>, providers: readonly (CellProvider | undefined)[]) {
  const scenario = scriptScenario(keys);
  const cells = scenario.cells.map((cell, at): Cell => ({ ...cell, provider: providers[at] }));
  return { scenario, cells };
}

describe('a run on machines of two kinds', () => {
  const kindOf = (kind: string, name: string) => ({
    ...fakeProvider(() => ({})),
    kind,
    probe: async () => ({ provider: kind, version: '1', name, accelerator: kind, why: `${kind} it is` }),
  });

  it('has each cell on its own, fetches nothing that machines have, and says why', async () => {
    const [ours, theirs] = [kindOf('qemu', 'QEMU 7'), kindOf('docker', 'Docker 20')];
    const asked: string[] = [];
    const store = fakeStore(({ component }) => {
      asked.push(component);
    });
    const images: string[] = [];
    const image: typeof store.image = async (name, until) => {
      images.push(name);
      return store.image(name, until);
    };
    const { scenario, cells } = placed(ONE, [undefined, docker]);
    const { request, events } = requestOf(await temporaryDir(), scenario, () => ({}), {
      cells,
      store: { ...store, image },
      providers: providersOf([ours, theirs]),
    });
    const report = await runScenario(request, signal);

    expect(ours.specs).toMatchObject([{ kernel: { release: '6.12.0' }, cgroup: 'v2' }]);
    expect(theirs.specs).toMatchObject([{ kernel: undefined, image: undefined, cgroup: 'v1' }]);
    expect(asked.filter((component) => component === 'kernel')).toHaveLength(1);
    expect(images).toHaveLength(1);
    expect(report.host).toMatchObject({
      emulator: 'QEMU 7 + Docker 20',
      accelerator: 'qemu + docker',
      acceleratorWhy: 'qemu it is + docker it is',
    });
    expect(report.cells.map(({ machine }) => machine?.providerWhy)).toEqual([undefined, docker.why]);
    expect(report.notes).toContain('1 of 2 cells ran on fake: the first of docker, qemu.');
    const notices = events.flatMap((event) => (event.type === 'notice' ? event.text : []));
    expect(notices).toContain('machines run with qemu: qemu it is');
    expect(notices).toContain('machines by Docker 20 run with docker: docker it is');
  });

  it('skips a cell that none can run, with the reason, before anything is fetched or booted', async () => {
    const refused = "docker can't vary kernel (6.12 is asked for): this host has its own";
    const store = fakeStore(() => {
      throw new Error('nothing is to be looked up');
    });
    const { scenario, cells } = placed(
      ONE,
      ['a', 'b'].map(() => ({ kind: 'docker', refused })),
    );
    const { request, provider } = requestOf(await temporaryDir(), scenario, () => ({}), { cells, store });
    const report = await runScenario(request, signal);
    expect(provider.specs).toEqual([]);
    expect(report.cells.map(({ verdict }) => verdict)).toEqual([
      { kind: 'skip', reason: refused },
      { kind: 'skip', reason: refused },
    ]);
    expect(report.exitCode).toBe(125);
  });
});

describe('another provider is another question', () => {
  it('is refused when a run is gone on with, and the default is as it ever was', async () => {
    const dir = await temporaryDir();
    const before = placed(ONE, [undefined, undefined]);
    await (await openRunFolder(dir, before))[Symbol.asyncDispose]();
    const now = placed(ONE, [docker, undefined]);
    await expect(openRunFolder(dir, now)).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringContaining('provider: nothing -> "docker" (in 1 of 2 cells)'),
    });
    // Which others would have done is no part of it.
    const allowing = placed({ ...ONE, machine: { provider: ['qemu'] } }, [
      { kind: 'qemu', why: 'first' },
      undefined,
    ]);
    await (await openRunFolder(dir, allowing))[Symbol.asyncDispose]();
  });

  it('is told of each cell to who goes on', () => {
    const { scenario, cells } = placed(ONE, [docker, undefined]);
    expect([...kindsOf(questionOf(scenario, cells)).values()]).toEqual(['docker', 'qemu']);
  });

  it('so is a kernel that the machines have of their own', async () => {
    const dir = await temporaryDir();
    const { scenario, cells } = placed(ONE, [docker, docker]);
    const { request } = requestOf(dir, scenario, () => ({}), { cells });
    await runScenario(request, signal);
    const booted = { ...docker, fixed: { ...docker.fixed, kernel: '6.12.0' } };
    const now = placed(ONE, [docker, booted]);
    const changes = await changedBuilds(dir, now, fakeStore(), signal);
    expect(changes).toEqual([{ cell: cells[1]?.id, line: 'kernel of docker: 6.1.0 -> 6.12.0' }]);
  });
});

it('a host whose cells made no machine says so', () => {
  expect(hostFacts([])).toMatchObject({
    emulator: 'none',
    accelerator: 'none',
    acceleratorWhy: 'no machine was started',
  });
});
