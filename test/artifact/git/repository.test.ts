import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { locationOf } from '../../../scripts/artifact/git/location.ts';
import { Repository } from '../../../scripts/artifact/git/repository.ts';
import { git } from '../../../scripts/artifact/git/run.ts';
import { OfflineError } from '../../../scripts/artifact/offline.ts';
import { openCache, signal, temporaryDir } from '../support.ts';
import { Original } from './original.ts';

afterEach(() => vi.unstubAllEnvs());

/** As another process would open it: by its folder, or as if it were elsewhere. */
function opened(original: Original, cache: string, how: 'folder' | 'address', offline = false) {
  const { cache: ours, notices } = openCache(cache, { offline });
  const where = how === 'folder' ? original.dir : `file://${original.dir}`;
  return { repository: new Repository(locationOf(where), ours), notices };
}

const commitOf = async (repository: Repository, text: string) =>
  (await repository.revision(text, signal)).commit;

describe('a repository by its address', () => {
  test('has tags, branches, hashes, and what lies in no branch', async () => {
    const original = await Original.make();
    const first = await original.commit({ file: '1' });
    await original.git('tag', 'v1');
    const second = await original.commit({ file: '2' });
    await original.git('checkout', '-q', '-b', 'side', 'v1');
    const pull = await original.commit({ file: 'pull' });
    await original.git('update-ref', 'refs/pull/7/head', pull);
    await original.git('checkout', '-q', 'main');
    await original.git('branch', '-q', '-D', 'side');
    const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'address');
    expect(await commitOf(repository, 'v1')).toBe(first);
    expect(await commitOf(repository, 'main')).toBe(second);
    expect(await commitOf(repository, 'main~1')).toBe(first);
    expect(await commitOf(repository, second.slice(0, 9))).toBe(second);
    expect(await commitOf(repository, 'refs/pull/7/head')).toBe(pull);
    expect(await commitOf(repository, pull)).toBe(pull);
    await expect(repository.revision('v9', signal)).rejects.toMatchObject({
      code: 'not-found',
      message: `file://${original.dir} has no commit v9`,
    });
  });

  test('is asked again for what can move, and left alone for what can not', async () => {
    const original = await Original.make();
    const first = await original.commit({ file: '1' });
    await original.git('tag', 'v1');
    const cache = join(await temporaryDir(), 'cache');
    expect(await commitOf(opened(original, cache, 'address').repository, 'main')).toBe(first);
    const second = await original.commit({ file: '2' });
    expect(await commitOf(opened(original, cache, 'address').repository, 'main')).toBe(second);
    const offline = opened(original, cache, 'address', true).repository;
    expect(await commitOf(offline, 'main')).toBe(second);
    expect(await commitOf(offline, `v1+${second.slice(0, 8)}`)).toBe(first);
    await expect(offline.revision('v2', signal)).rejects.toBeInstanceOf(OfflineError);

    await original.git('config', 'uploadpack.hideRefs', 'refs');
    const { repository, notices } = opened(original, cache, 'address');
    expect(await commitOf(repository, 'v1')).toBe(first);
    expect(notices).toEqual([]);
  });

  test('serves as it was when it can not be reached', async () => {
    const original = await Original.make();
    const first = await original.commit({ file: '1' });
    const cache = join(await temporaryDir(), 'cache');
    await commitOf(opened(original, cache, 'address').repository, 'main');
    await original.git('config', 'core.repositoryformatversion', '99');
    const { repository, notices } = opened(original, cache, 'address');
    expect(await commitOf(repository, 'main')).toBe(first);
    expect(notices.join()).toContain('using main as it was fetched before');
    await expect(repository.revision('other', signal)).rejects.toMatchObject({ code: 'fetch-failed' });
  });
});

describe("a repository in a folder of the user's", () => {
  test('means by a name what git means by it there, and is not changed', async () => {
    const original = await Original.make();
    await original.commit({ file: '1' });
    const loose = await original.commit({ file: '2' });
    await original.git('reset', '-q', '--hard', 'HEAD~1');
    await original.git('checkout', '-q', '--detach');
    const head = await original.commit({ file: '3' });
    const before = await original.git('for-each-ref');
    const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
    expect(await commitOf(repository, 'HEAD')).toBe(head);
    expect(await commitOf(repository, loose.slice(0, 10))).toBe(loose);
    expect(await original.git('for-each-ref')).toBe(before);
    expect(await original.git('status', '--porcelain')).toBe('');
  });

  test('has to be there', () => {
    expect(() => locationOf('/nowhere/at/all')).toThrow('there is no repository at /nowhere/at/all');
  });
});

test('a commit is called after the nearest version', async () => {
  const original = await Original.make();
  await original.commit({ file: '1' });
  const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
  const bare = await commitOf(repository, 'HEAD');
  expect(await repository.describe(bare, signal)).toBe(bare.slice(0, 9));
  expect(await repository.nearestTag(bare, signal)).toBe('');
  await original.git('tag', 'v1.2');
  const next = await original.commit({ file: '2' });
  await original.git('tag', 'api/v9');
  const again = opened(original, join(await temporaryDir(), 'cache'), 'folder').repository;
  await commitOf(again, 'HEAD');
  expect(await again.describe(next, signal)).toBe(`v1.2-1-g${next.slice(0, 9)}`);
  expect(await again.nearestTag(next, signal)).toBe('v1.2');
});

test('an address is shown without its password', () => {
  expect(locationOf('https://me:secret@example.org/a/runc.git')).toMatchObject({
    shown: 'https://example.org/a/runc.git',
    name: 'runc',
    path: undefined,
  });
  expect(locationOf('git@example.org:a/runc')).toMatchObject({ name: 'runc', path: undefined });
});

describe('composing', () => {
  const lines = (changed: Readonly<Record<number, string>>) =>
    Array.from({ length: 12 }, (_, index) => `${changed[index] ?? `line ${index}`}\n`).join('');

  async function history() {
    const original = await Original.make();
    await original.commit({ file: lines({}) });
    await original.git('tag', 'v1');
    const suspect = await original.commit({ file: lines({ 1: 'suspect' }) });
    await original.commit({ file: lines({ 1: 'suspect', 10: 'later' }) });
    await original.git('tag', 'v2');
    const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
    const composed = async (text: string) =>
      repository.compose(await repository.revision(text, signal), signal);
    const text = async (revision: string) => repository.file((await composed(revision)).tree, 'file', signal);
    return { suspect, composed, text, repository };
  }

  test('applies a commit to another, and takes one out', async () => {
    const { suspect, text } = await history();
    expect(await text('v2')).toBe(lines({ 1: 'suspect', 10: 'later' }));
    expect(await text(`v2-${suspect}`)).toBe(lines({ 10: 'later' }));
    expect(await text(`v1+${suspect}`)).toBe(lines({ 1: 'suspect' }));
    expect(await text('v1+v2')).toBe(lines({ 10: 'later' }));
    expect(await text(`v2-${suspect}+${suspect}`)).toBe(lines({ 1: 'suspect', 10: 'later' }));
  });

  test('is the same tree for the same content, whatever made it', async () => {
    const { suspect, composed } = await history();
    expect((await composed(`v1+${suspect}`)).tree).toBe((await composed(suspect)).tree);
  });

  test('says what changes nothing, and what does not fit', async () => {
    const { suspect, composed } = await history();
    const { empty } = await composed(`v2+${suspect}`);
    expect(empty).toMatchObject([{ operator: '+', commit: suspect }]);
    await expect(composed('v2-v1')).rejects.toMatchObject({
      code: 'conflict',
      message: "v1 can't be taken out of v2: file",
    });
  });

  test('leaves files as they are in the tree', async () => {
    const { repository, composed } = await history();
    const to = join(await temporaryDir(), 'to');
    await repository.checkOut((await composed('v1')).tree, to, signal);
    expect(await readFile(join(to, 'file'), 'utf8')).toBe(lines({}));
  });

  test('a folder that holds a tree becomes another, whatever a build did to it', async () => {
    const { repository, composed } = await history();
    const [one, other] = [(await composed('v1')).tree, (await composed('v2')).tree];
    const [to, fresh] = [join(await temporaryDir(), 'to'), join(await temporaryDir(), 'to')];
    await repository.checkOut(one, to, signal);
    await writeFile(join(to, 'file'), 'overwritten');
    await mkdir(join(to, 'out/of/place'), { recursive: true });
    for (const name of ['.gitignore', 'program', 'out/of/place/x'])
      await writeFile(join(to, name), 'program');
    await git(to, ['init', '--quiet', '.'], { signal });
    await git(join(to, 'out'), ['init', '--quiet', '.'], { signal });
    await writeFile(`${to}.index.lock`, '');

    for (const tree of [other, one]) {
      await repository.checkOut(tree, to, signal);
      await repository.checkOut(tree, fresh, signal);
      const files = (await readdir(to, { recursive: true })).sort();
      expect(files).toEqual((await readdir(fresh, { recursive: true })).sort());
      expect(files).not.toContain('program');
      expect(await readFile(join(to, 'file'))).toEqual(await readFile(join(fresh, 'file')));
    }
  });

  test('a folder whose record is damaged is written anew', async () => {
    const { repository, composed } = await history();
    const to = join(await temporaryDir(), 'to');
    const { tree } = await composed('v1');
    await repository.checkOut(tree, to, signal);
    await writeFile(`${to}.index`, 'nonsense');
    await writeFile(join(to, 'file'), 'nonsense');
    await repository.checkOut(tree, to, signal);
    expect(await readFile(join(to, 'file'), 'utf8')).toBe(lines({}));
  });
});

test('a tree runs no program of the host, whatever its attributes name', async () => {
  const original = await Original.make();
  const dir = await temporaryDir();
  const mark = join(dir, 'ran');
  const attributes = '* filter=evil merge=evil diff=evil\n';
  await original.commit({ '.gitattributes': attributes, file: '1\n\n\n\n2\n' });
  await original.git('tag', 'v1');
  const change = await original.commit({ file: '1\n\n\n\n3\n' });
  await original.git('checkout', '-q', '--detach', 'v1');
  const other = await original.commit({ file: '0\n\n\n\n2\n' });
  const config = join(dir, 'config');
  const run = `touch ${mark}; cat`;
  // As `git lfs install` writes it into the user's own configuration.
  await writeFile(config, `[filter "evil"]\nsmudge = "${run}"\n[merge "evil"]\ndriver = "${run}"\n`);
  vi.stubEnv('GIT_CONFIG_GLOBAL', config);
  const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
  const { tree } = await repository.compose(await repository.revision(`${other}+${change}`, signal), signal);
  const to = join(dir, 'to');
  await repository.checkOut(tree, to, signal);
  expect(await readFile(join(to, 'file'), 'utf8')).toBe('0\n\n\n\n3\n');
  await expect(stat(mark)).rejects.toMatchObject({ code: 'ENOENT' });
});

test("a folder's own configuration runs no program", async () => {
  const original = await Original.make();
  const commit = await original.commit({ file: '1' });
  const mark = join(await temporaryDir(), 'ran');
  for (const key of ['core.fsmonitor', 'uploadpack.packObjectsHook', 'core.sshCommand', 'core.gitProxy']) {
    await original.git('config', key, `touch ${mark}`);
  }
  const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
  const revision = await repository.revision('HEAD', signal);
  expect(revision.commit).toBe(commit);
  await expect(stat(mark)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('git itself is told which transports it may use', async () => {
  const original = await Original.make();
  const mark = join(await temporaryDir(), 'ran');
  const fetch = git(original.dir, ['fetch', '--quiet', `ext::touch ${mark}`], { signal });
  await expect(fetch).rejects.toThrow("transport 'ext' not allowed");
  await expect(stat(mark)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what is on no branch and has no tag was not published', async () => {
  const original = await Original.make();
  const first = await original.commit({ file: '1' });
  await original.git('checkout', '-q', '-b', 'side');
  const side = await original.commit({ file: '2' });
  await original.git('update-ref', 'refs/pull/7/head', await original.commit({ file: 'pull' }));
  await original.git('reset', '-q', '--hard', side);
  const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'address');
  expect(await commitOf(repository, 'side')).toBe(side);
  const pull = await commitOf(repository, 'refs/pull/7/head');
  expect(await repository.isPublished([first, side], signal)).toBe(true);
  expect(await repository.isPublished([pull], signal)).toBe(false);
  expect(await repository.isPublished([first, pull], signal)).toBe(false);
});

test('files that were handed over are not written again, but for those that were changed', async () => {
  const original = await Original.make();
  await original.commit({ file: '1', other: '1' });
  const { repository } = opened(original, join(await temporaryDir(), 'cache'), 'folder');
  const commit = await commitOf(repository, 'HEAD');
  const to = join(await temporaryDir(), 'to');
  await repository.checkOut(commit, to, signal);
  // Like a change of owner: it changes the ctime alone.
  for (const name of ['file', 'other']) await chmod(join(to, name), 0o644);
  await repository.handedOver(to, signal);
  const [before, changed] = [await stat(join(to, 'file')), await stat(join(to, 'other'))];
  // A kernel's clock for files goes in steps; a change in the same step as the last one can't be seen by anybody.
  do {
    await writeFile(join(to, 'other'), '2');
    await utimes(join(to, 'other'), changed.atime, changed.mtime);
  } while ((await stat(join(to, 'other'))).ctimeMs === changed.ctimeMs);
  await repository.checkOut(commit, to, signal);
  const after = await stat(join(to, 'file'));
  expect([after.ino, after.mtimeMs, after.ctimeMs]).toEqual([before.ino, before.mtimeMs, before.ctimeMs]);
  expect(await readFile(join(to, 'other'), 'utf8')).toBe('1');
});
