/** Which provider is chosen, with three kinds of which this host has two. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withContext } from '../../scripts/commands/context.ts';
import { chooseProviders } from '../../scripts/commands/providers.ts';
import { questionOf } from '../../scripts/runner/question.ts';
import { QUESTION } from '../../scripts/runner/run-folder.ts';
import type { Limits, ProviderCard } from '../../vm/machine.ts';
import { fakeProvider, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const LIMITS: Readonly<Record<string, Limits>> = {
  docker: { fixed: { cgroup: { value: 'v1', why: 'this host has cgroup v1' } } },
  qemu: { fixed: {} },
};

vi.mock('../../vm/providers.ts', () => {
  const card = (kind: string, program: string): Partial<ProviderCard> => ({
    kind,
    tools: [{ program, package: `${kind}.deb`, why: 'runs them', version: [] }],
    mostMiB: (memoryMiB) => memoryMiB,
  });
  const open = { ...card('open', 'sh'), exposes: 'it is no sandbox' };
  const cards = [card('qemu', 'sh'), card('docker', 'sh'), card('vagrant', 'no-such-program'), open];
  return {
    PROVIDERS: cards,
    PROVIDER_KINDS: cards.map(({ kind }) => kind),
    DEFAULT_PROVIDER: 'qemu',
    cardOf: (kind: string) => cards.find((one) => one.kind === kind),
  };
});

withContext({
  signal: new AbortController().signal,
  makeProvider: async (kind) => ({
    ...fakeProvider(() => ({})),
    kind,
    limits: async () => LIMITS[kind] ?? { fixed: {} },
  }),
});
afterEach(() => vi.restoreAllMocks());

const scenario = (provider?: unknown) =>
  scriptScenario({
    axes: { cgroup: ['v1', 'v2'], kernel: ['6.1'] },
    ...(provider === undefined ? {} : { machine: { provider } }),
  });

async function kinds(options: Parameters<typeof chooseProviders>[1], provider?: unknown) {
  const one = scenario(provider);
  const cells = await chooseProviders({ scenario: one, cells: one.cells }, options);
  return cells.map((cell) => [cell.provider?.kind, cell.provider?.refused ?? cell.provider?.why]);
}

describe('the provider of each cell', () => {
  it('is the default when nobody says anything', async () => {
    expect(await kinds({})).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('is the first that the scenario allows and that can', async () => {
    expect(await kinds({}, ['docker', 'qemu'])).toEqual([
      ['docker', "the first of docker, qemu; it can't vary cgroup (v1)"],
      ['qemu', "docker can't vary cgroup (v2 is asked for): this host has cgroup v1"],
    ]);
  });

  it('is the one that the command names, whatever the scenario says', async () => {
    expect(await kinds({ provider: 'docker' }, ['qemu'])).toEqual([
      ['docker', "it can't vary cgroup (v1)"],
      ['docker', "docker can't vary cgroup (v2 is asked for): this host has cgroup v1"],
    ]);
  });

  it('is one for all where cells are compared', async () => {
    const why = 'the first of docker, qemu that can run all cells, which are compared';
    expect(await kinds({ compared: true }, ['docker', 'qemu'])).toEqual([
      ['qemu', why],
      ['qemu', why],
    ]);
  });

  it('passes over one whose tools are not here, unless it is the last', async () => {
    expect(await kinds({}, ['vagrant', 'qemu'])).toEqual([
      ['qemu', expect.stringMatching(/vagrant .*lacks no-such-program \(Debian package vagrant.deb\)/)],
      ['qemu', expect.any(String)],
    ]);
    // Its tools are got, before anything else.
    expect(await kinds({}, 'vagrant')).toEqual([
      ['vagrant', undefined],
      ['vagrant', undefined],
    ]);
  });

  it('is the one that it had when a run is gone on with', async () => {
    const dir = await temporaryDir();
    const one = scenario(['docker', 'qemu']);
    // As docker was not there when it began.
    await writeFile(join(dir, QUESTION), JSON.stringify(questionOf(one, one.cells)));
    const [first] = await kinds({ before: dir }, ['docker', 'qemu']);
    expect(first?.[0]).toBe('qemu');
  });

  it('is refused when there is no such kind, and the near one is named', async () => {
    await expect(kinds({ provider: 'dokcer' })).rejects.toMatchObject({
      code: 'provider',
      exitCode: 2,
      message:
        '--provider dokcer: there is no such provider; there is qemu, docker, vagrant, open; did you mean docker?',
    });
  });
});

describe('a kind that exposes this host', () => {
  const refused =
    /^open makes no machines here: a scenario alone can't choose it, for it is no sandbox; .*--provider open/;

  it('is chosen by the user alone', async () => {
    const [first] = await kinds({}, 'open');
    expect(first).toEqual(['open', expect.stringMatching(refused)]);
    const [second] = await kinds({}, ['open', 'qemu']);
    expect(second).toEqual(['qemu', expect.stringMatching(refused)]);
    expect((await kinds({ provider: 'open' }, 'qemu')).map(([kind, why]) => [kind, why])).toEqual([
      ['open', undefined],
      ['open', undefined],
    ]);
    const [allowed] = await kinds({ 'allow-provider': ['open'] }, ['open', 'qemu']);
    expect(allowed).toEqual(['open', 'the first of open, qemu']);
    // To allow one is not to ask for it.
    expect((await kinds({ 'allow-provider': ['open'] }, 'qemu'))[0]?.[0]).not.toBe('open');
    await expect(kinds({ 'allow-provider': ['opne'] })).rejects.toMatchObject({
      message: expect.stringContaining('--allow-provider opne: there is no such provider'),
    });
  });

  it('is not chosen by a folder that says so, which may be a stranger’s', async () => {
    const dir = await temporaryDir();
    const one = scenario('open');
    const cells = await chooseProviders({ scenario: one, cells: one.cells }, { provider: 'open' });
    await writeFile(join(dir, QUESTION), JSON.stringify(questionOf(one, cells)));
    const refusal = { code: 'provider', exitCode: 2, hint: expect.stringContaining('--allow-provider open') };
    await expect(kinds({ before: dir }, ['open', 'qemu'])).rejects.toMatchObject(refusal);
    await expect(kinds({ before: dir, provider: 'open' })).rejects.toMatchObject(refusal);
    await expect(kinds({ provider: 'open', recorded: true })).rejects.toMatchObject(refusal);
    const again = await kinds({ before: dir, provider: 'open', 'allow-provider': ['open'] });
    expect(again[0]?.[0]).toBe('open');
  });
});
