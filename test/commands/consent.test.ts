import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asking, consentToNetwork, isShipped } from '../../scripts/commands/consent.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';

const SHIPPED = join(packageRoot(), 'scenarios', 'smoke.yaml');
const STRANGE = '/home/me/strange.yaml';

const chosen = (file: string, network: { allow: string[] } | false) => {
  const machine = { image: 'trixie', cpus: 2, memoryMiB: 512, diskMiB: 512, network };
  const axes = { runc: '1.1.5' };
  return [
    {
      scenario: { name: 'one', file, build: {} },
      cells: [
        { machine, axes },
        { machine, axes },
      ],
    },
  ];
};

async function consent(what: ReturnType<typeof chosen>, asking: Partial<Asking> = {}) {
  const said: string[] = [];
  await consentToNetwork(what, { allowed: false, ask: undefined, say: (line) => said.push(line), ...asking });
  return said;
}

describe('consentToNetwork', () => {
  it('says nothing of machines that reach nothing', async () => {
    expect(await consent(chosen(STRANGE, false))).toEqual([]);
  });

  it('says what machines of ours reach, and does not ask', async () => {
    expect(await consent(chosen(SHIPPED, { allow: ['10.0.0.0/8'] }))).toEqual([
      'one: its machines may reach public addresses, 10.0.0.0/8',
    ]);
  });

  it('says what of this host they could send there', async () => {
    const [one] = chosen(STRANGE, { allow: [] });
    if (one === undefined) throw new Error('nothing chosen');
    const cells = one.cells.map((cell) => ({ ...cell, axes: { runc: 'path:/home/me/runc' } }));
    const build = { crun: { repository: packageRoot() }, runc: { repository: 'https://example.org/runc' } };
    const scenario = { ...one.scenario, build };
    await expect(consent([{ scenario, cells }])).rejects.toMatchObject({
      message:
        `${STRANGE}: its machines want to reach public addresses, ` +
        `and have files of this host: /home/me/runc, ${packageRoot()}`,
    });
  });

  it('refuses those of a stranger where nobody can be asked', async () => {
    await expect(consent(chosen(STRANGE, { allow: [] }))).rejects.toMatchObject({
      code: 'network',
      exitCode: 2,
      message: `${STRANGE}: its machines want to reach public addresses`,
      hint: expect.stringContaining('--allow-network'),
    });
  });

  it('asks about those of a stranger, and goes on for yes alone', async () => {
    const questions: string[] = [];
    const answering = (yes: boolean) => async (question: string) => {
      questions.push(question);
      return yes;
    };
    await consent(chosen(STRANGE, { allow: [] }), { ask: answering(true) });
    await expect(consent(chosen(STRANGE, { allow: [] }), { ask: answering(false) })).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(questions).toEqual(Array(2).fill(`Allow that to the machines of ${STRANGE}? [y/N] `));
  });

  it('does not ask a second time for what was allowed', async () => {
    expect(await consent(chosen(STRANGE, { allow: [] }), { allowed: true })).toHaveLength(1);
  });
});

it('isShipped takes no path that only looks like ours', () => {
  expect(isShipped(SHIPPED)).toBe(true);
  expect(isShipped(join(packageRoot(), 'scenarios', '..', 'package.json'))).toBe(false);
  expect(isShipped(join(packageRoot(), 'scenarios', 'none.yaml'))).toBe(false);
  expect(isShipped('/etc/passwd')).toBe(false);
});
