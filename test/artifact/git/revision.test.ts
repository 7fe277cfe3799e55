import { describe, expect, it } from 'vitest';
import { parseRevision } from '../../../scripts/artifact/git/revision.ts';

const NAMES = ['v1.0.0', 'v1.0.0-rc93', 'main', 'my-branch', 'fix+more', '614ce12f0'];
const find = async (name: string) => (NAMES.includes(name) ? `<${name}>` : undefined);

/** `base +a -b`, in the order in which it is done. */
async function read(text: string): Promise<string | undefined> {
  const revision = await parseRevision(text, find);
  if (revision === undefined) return undefined;
  return [revision.name, ...revision.changes.map(({ operator, name }) => operator + name)].join(' ');
}

describe('parseRevision', () => {
  it.each([
    ['main', 'main'],
    ['v1.0.0-rc93', 'v1.0.0-rc93'],
    ['v1.0.0-rc93-614ce12f0', 'v1.0.0-rc93 -614ce12f0'],
    ['v1.0.0+614ce12f0', 'v1.0.0 +614ce12f0'],
    ['main+my-branch-fix+more', 'main +my-branch -fix+more'],
    ['my-branch-my-branch', 'my-branch -my-branch'],
    ['v1.0.0+614ce12f0-614ce12f0+main', 'v1.0.0 +614ce12f0 -614ce12f0 +main'],
  ])('%s', async (text, meant) => expect(await read(text)).toBe(meant));

  it.each(['', 'other', 'other-main', 'main+other', '+main', 'main-', 'main++main'])(
    '%s is nothing',
    async (text) => expect(await read(text)).toBeUndefined(),
  );

  it('asks for each name once, however many parts there are that are commits', async () => {
    const asked: string[] = [];
    const all = async (name: string) => {
      asked.push(name);
      return /^1(?:-1)*$/.test(name) ? name : undefined;
    };
    expect(await parseRevision(`x${'-1'.repeat(30)}`, all)).toBeUndefined();
    expect(asked).toHaveLength(new Set(asked).size);
  });

  it('knows the commits', async () => {
    expect(await parseRevision('v1.0.0-main', find)).toEqual({
      name: 'v1.0.0',
      commit: '<v1.0.0>',
      changes: [{ operator: '-', name: 'main', commit: '<main>' }],
    });
  });
});
