import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkoutBuilder } from '../../scripts/bisect/checkout.ts';
import { ArtifactError } from '../../scripts/lib/errors.ts';
import { temporaryDir } from '../vm/support.ts';
import { Repository } from './repository.ts';

const { signal } = new AbortController();

async function builderOf(repo: Repository, command: string) {
  const dir = await temporaryDir();
  const build = checkoutBuilder({ repo: repo.dir, dir, command, binary: 'out/runc' });
  const textOf = async (revision: string) => {
    const spec = await build(revision, signal);
    expect(spec.startsWith(`path:${join(dir, 'builds')}/`)).toBe(true);
    return readFile(spec.slice('path:'.length), 'utf8');
  };
  return { build, textOf };
}

/** The command makes a binary of the sources, and counts in a file that git ignores. */
const MAKE =
  'test ! -e made && touch made && mkdir -p out && cat src/* > out/runc && echo $REPRO_COMMIT >> ../runs';

describe('checkoutBuilder', () => {
  it('builds each revision in a clean tree, once', async () => {
    const repo = await Repository.make(await temporaryDir());
    const one = await repo.commit('one', 'src/a', '1');
    const two = await repo.commit('two', 'src/b', '2');
    const { textOf, build } = await builderOf(repo, MAKE);
    expect(await Promise.all([one, two, one].map(textOf))).toEqual(['1', '12', '1']);
    const runs = await readFile(join((await build(one, signal)).slice(5), '../../../runs'), 'utf8');
    expect(runs).toBe(`${one}\n${two}\n`);
    expect(await repo.git('status', '--porcelain')).toBe('');
  });

  it('picks a commit onto another, or reverts it there', async () => {
    const repo = await Repository.make(await temporaryDir());
    const base = await repo.commit('base', 'src/a', '1');
    await repo.git('checkout', '-q', '-b', 'side');
    await repo.commit('side', 'src/b', '2');
    await repo.git('checkout', '-q', 'main');
    const tip = await repo.commit('tip', 'src/c', '3');
    const merge = await repo.merge('side', 'merge');
    const { textOf } = await builderOf(repo, MAKE);
    expect(await textOf(`${base}+${tip}`)).toBe('13');
    expect(await textOf(`${merge}-${tip}`)).toBe('12');
    // A merge stands for what it brought.
    expect(await textOf(`${merge}-${merge}`)).toBe('13');
    expect(await textOf(`${base}+${merge}`)).toBe('12');
  });

  it('what does not build is an error with the last lines of the build, as is a conflict', async () => {
    const repo = await Repository.make(await temporaryDir());
    const one = await repo.commit('one', 'src/a', '1');
    const two = await repo.commit('two', 'src/a', '2');
    const three = await repo.commit('three', 'src/a', '3');
    const failing = await builderOf(repo, 'seq 100; echo "a.c:1: error: undeclared" >&2; exit 2');
    const failure = await failing.build(one, signal).catch((error) => error);
    expect(failure).toBeInstanceOf(ArtifactError);
    expect(failure).toMatchObject({ code: 'build-failed' });
    expect(failure.message.split('\n').at(-1)).toBe('a.c:1: error: undeclared');
    expect(failure.message.split('\n').length).toBeLessThan(20);
    const building = await builderOf(repo, MAKE);
    await expect(building.build(`${one}+${three}`, signal)).rejects.toMatchObject({ code: 'build-failed' });
    // What the conflict left behind is gone.
    expect(await building.textOf(two)).toBe('2');
    const empty = await builderOf(repo, 'true');
    await expect(empty.build(one, signal)).rejects.toThrow('the build made no out/runc');
  });
});
