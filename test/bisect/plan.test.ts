import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Asked, requestOf } from '../../scripts/bisect/ask.ts';
import { gitHistory, type History } from '../../scripts/bisect/history.ts';
import { planBisection } from '../../scripts/bisect/plan.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { Repository } from './repository.ts';

/** v1 ─ a ─ b ─ v2, and other from v1. */
async function repository(dir: string) {
  const repo = await Repository.make(dir);
  const v1 = await repo.commit('v1');
  const a = await repo.commit('a', 'lib/a');
  const b = await repo.commit('b');
  const v2 = await repo.commit('v2');
  await repo.git('tag', 'v1', v1);
  await repo.git('tag', 'v2', v2);
  await repo.git('checkout', '-q', '-b', 'other', v1);
  const other = await repo.commit('other', 'third');
  return { history: gitHistory(repo.dir), v1, a, b, v2, other };
}

/** One for all tests: none of them changes it. */
let made: Awaited<ReturnType<typeof repository>>;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-'));
  made = await repository(dir);
  return () => rm(dir, { recursive: true, force: true });
});

const asked: Asked = {
  scenario: 'smoke',
  scenarioSha256: '',
  filter: [],
  set: [],
  component: 'runc',
  repo: '/repo',
  otherRepos: [],
  good: 'v1',
  bad: 'v2',
  findFix: false,
  firstParent: false,
  path: [],
  skip: [],
  gitLog: undefined,
  confidence: 0.95,
  maxSamples: 5000,
  metric: undefined,
  build: undefined,
  check: false,
};

describe('requestOf', () => {
  it('has the commits that the names were', async () => {
    const { history, v1, v2, a } = made;
    const request = await requestOf({ ...asked, skip: ['v2~2'], path: ['lib'] }, history);
    expect(request).toMatchObject({ good: { revision: 'v1', id: v1 }, bad: { revision: 'v2', id: v2 } });
    expect(request).toMatchObject({ skip: [a], moreOld: [], paths: ['lib'], firstParent: false });
  });

  it('takes what is left open from the log of git', async () => {
    const { history, v1, v2, a, b, other } = made;
    const gitLog = [
      `git bisect start '--first-parent' '${v2}' '${other}' '--' 'lib'`,
      `git bisect good ${v1}`,
      `git bisect skip ${a}`,
      `git bisect bad ${b}`,
    ].join('\n');
    const open = { ...asked, good: undefined, bad: undefined, gitLog };
    expect(await requestOf(open, history)).toMatchObject({
      good: { id: v1 },
      bad: { id: b },
      moreOld: [other],
      skip: [a],
      firstParent: true,
      paths: ['lib'],
    });
    // In a search for a fix, what git calls new is good.
    expect(await requestOf({ ...open, findFix: true }, history)).toMatchObject({
      good: { id: b },
      bad: { id: v1 },
      moreOld: [other],
    });
    expect(await requestOf({ ...open, bad: 'v2' }, history)).toMatchObject({
      good: { id: v1 },
      bad: { id: v2 },
    });
  });

  it('names the ends that are missing, and what is no log', async () => {
    const { history } = made;
    const without = requestOf({ ...asked, good: undefined, bad: undefined }, history);
    await expect(without).rejects.toThrow('--good <revision>, --bad <revision>');
    await expect(requestOf({ ...asked, gitLog: 'make' }, history)).rejects.toThrow(UsageError);
  });
});

describe('planBisection', () => {
  const planOf = async (history: History, changes: Partial<Asked>) =>
    planBisection(await requestOf({ ...asked, ...changes }, history), history);

  it('has the range, the older end and the subjects', async () => {
    const { history, v1, v2, a, b } = made;
    const plan = await planOf(history, {});
    expect(plan.range.candidates).toEqual([v2, b, a]);
    expect(plan).toMatchObject({ oldest: v1, mergeBases: [] });
    expect([...plan.subjects.values()].sort()).toEqual(['a', 'b', 'v1', 'v2']);
    expect((await planOf(history, { path: ['lib'] })).range.candidates).toEqual([a]);
  });

  it('has the merge base first where the branches are apart', async () => {
    const { history, v1, other, v2, b, a } = made;
    const plan = await planOf(history, { good: 'other' });
    expect(plan).toMatchObject({ oldest: other, mergeBases: [v1] });
    expect(plan.range.candidates).toEqual([v2, b, a]);
    expect(plan.subjects.get(v1)).toBe('v1');
  });

  it('looks for a fix from the bad one on', async () => {
    const { history, v1, v2 } = made;
    const plan = await planOf(history, { good: 'v2', bad: 'v1', findFix: true });
    expect(plan).toMatchObject({ oldest: v1, range: { newest: v2 } });
  });

  it.each([
    [{ good: 'v2', bad: 'v1' }, 'v1 is an ancestor of v2, the good one'],
    [{ findFix: true }, 'v1 is an ancestor of v2, the bad one'],
    [{ good: 'v2' }, 'v2 and v2 are the same commit'],
    [{ path: ['nothing'] }, 'no commit between v1 and v2 that changed nothing'],
    [{ good: 'v9' }, 'no commit v9'],
  ])('refuses %j: %s', async (changes, message) => {
    const { history } = made;
    const failure = await planOf(history, changes).catch((error) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain(message);
  });
});
