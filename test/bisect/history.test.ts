import { describe, expect, it } from 'vitest';
import { parseGitLog, writeGitLog } from '../../scripts/bisect/git-log.ts';
import { gitHistory } from '../../scripts/bisect/history.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { temporaryDir } from '../vm/support.ts';
import { Repository } from './repository.ts';

const plain = { firstParent: false, paths: [] };

/** old ─ a ─ b ─ merge ─ tip, with side from a; elsewhere from old. */
async function repository() {
  const repo = await Repository.make(await temporaryDir());
  const old = await repo.commit('old');
  const a = await repo.commit('a');
  await repo.git('checkout', '-q', '-b', 'side');
  const side = await repo.commit('side', 'other/file');
  await repo.git('checkout', '-q', 'main');
  const b = await repo.commit('b');
  const merge = await repo.merge('side', 'Merge pull request #7 from someone/side');
  const tip = await repo.commit('tip\n\nA body.');
  await repo.git('checkout', '-q', '-b', 'elsewhere', old);
  const elsewhere = await repo.commit('elsewhere', 'third');
  await repo.git('tag', '-a', 'v1', '-m', 'a tag', b);
  return { repo, history: gitHistory(repo.dir), old, a, side, b, merge, tip, elsewhere };
}

describe('gitHistory', () => {
  it('lists what git bisect would look at', async () => {
    const { history, old, a, side, b, merge, tip, elsewhere } = await repository();
    const list = await history.list(tip, [old], plain);
    expect(new Set(list.map(({ id }) => id))).toEqual(new Set([tip, merge, b, side, a]));
    expect(list.find(({ id }) => id === merge)?.parents).toEqual([b, side]);
    const first = await history.list(tip, [old], { ...plain, firstParent: true });
    expect(first.map(({ id }) => id)).toEqual([tip, merge, b, a]);
    const path = await history.list(tip, [old], { ...plain, paths: ['other'] });
    expect(path.map(({ id }) => id)).toEqual([side]);
    const two = await history.list(tip, [elsewhere, a], plain);
    expect(new Set(two.map(({ id }) => id))).toEqual(new Set([tip, merge, b, side]));
  });

  it('knows merge bases, and that there may be none', async () => {
    const { repo, history, old, tip, elsewhere } = await repository();
    expect(await history.mergeBases(elsewhere, tip)).toEqual([old]);
    await repo.git('checkout', '-q', '--orphan', 'apart');
    expect(await history.mergeBases(await repo.commit('apart'), tip)).toEqual([]);
  });

  it('resolves tags to their commits, and says what there is not', async () => {
    const { history, b } = await repository();
    expect(await history.resolve('v1')).toBe(b);
    await expect(history.resolve('v2')).rejects.toThrow(UsageError);
    await expect(history.resolve('--all')).rejects.toThrow('no commit --all');
  });

  it('describes commits', async () => {
    const { history, tip, old, a, b, side, merge } = await repository();
    expect(await history.describe(tip)).toEqual({
      id: tip,
      message: 'tip\n\nA body.',
      author: 'A Tester',
      authorDate: '2024-09-01T12:00:00+02:00',
    });
    expect((await history.describe(merge)).message).toBe('Merge pull request #7 from someone/side');
    expect(await history.changedFiles(old, tip)).toEqual(['file', 'other/file']);
    expect(await history.subjects(merge, [a], [old])).toEqual(
      new Map([
        ...[[merge, 'Merge pull request #7 from someone/side'] as const, [b, 'b'] as const],
        ...[[side, 'side'] as const, [old, 'old'] as const],
      ]),
    );
  });
});

it.each([
  [false, 'a commit that broke'],
  [true, 'a fix'],
])('git replays our log, and we read the one that it then writes: %s, %s', async (findFix) => {
  const { repo, history, old, a, b, tip } = await repository();
  const subject = async (revision: string) => ({
    revision,
    subject: (await history.describe(revision)).message.split('\n')[0] ?? '',
  });
  const steps = [
    { ...(await subject(b)), verdict: 'old' as const, note: 'bad 0/4' },
    { ...(await subject(a)), verdict: 'skip' as const, note: 'skip: x' },
  ];
  const log = writeGitLog({
    recent: await subject(tip),
    old: await subject(old),
    firstParent: false,
    paths: [],
    steps,
    findFix,
  });
  await repo.commit('the log', 'log', log);
  await repo.git('bisect', 'replay', 'log');
  expect(parseGitLog(await repo.git('bisect', 'log')).verdicts).toEqual([
    { revision: tip, verdict: 'new' },
    { revision: old, verdict: 'old' },
    { revision: b, verdict: 'old' },
    { revision: a, verdict: 'skip' },
  ]);
});
