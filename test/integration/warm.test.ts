/**
 * What can go wrong with a snapshot costs time, never a run: the machine boots cold, and a line says why. And what
 * is restored from one snapshot shares nothing that tells machines apart.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordFiles } from '../../scripts/artifact/record.ts';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import { Cli, expectClear } from '../cli.ts';
import { cannotRun } from './can-run.ts';
import { canMountTmpfs, tmpfs } from './tmpfs.ts';

const skip = await cannotRun();
const canMount = !skip && canMountTmpfs();
const cli = new Cli();
const PASS = join(packageRoot(), 'test/fixtures/scenarios/machine/pass.yaml');

/** A cache of its own with the parts of the common one, but for its snapshots. */
function cacheWithout(name: string, dir = cli.at(name)): string {
  mkdirSync(dir, { recursive: true });
  for (const part of ['apt', 'deb', 'image', 'kernel', 'layer'])
    symlinkSync(join(cacheDir(), part), join(dir, part));
  return dir;
}

function snapshots(cache: string): string[] {
  const dir = join(cache, 'snapshot');
  return readdirSync(dir)
    .filter((name) => /-[0-9a-f]{12}$/.test(name))
    .map((name) => join(dir, name));
}

/** A PATH with a QEMU that does this first; $QEMU is the real one. */
function wrapped(name: string, first: string): string {
  const dir = cli.at(name);
  const qemu = execFileSync('sh', ['-c', 'command -v qemu-system-x86_64'], { encoding: 'utf8' }).trim();
  mkdirSync(dir);
  const text = `#!/bin/sh\nQEMU=${qemu}\n${first}\nexec "$QEMU" "$@"\n`;
  writeFileSync(join(dir, 'qemu-system-x86_64'), text);
  chmodSync(join(dir, 'qemu-system-x86_64'), 0o755);
  return `${dir}:${process.env.PATH}`;
}

/** Runs the scenario that passes: it must. Returns how its machine started, and what was said. */
async function pass(out: string, env: Readonly<Record<string, string>>) {
  const result = await cli.run(['run', PASS, '--out', out], { env });
  expectClear(result);
  expect(result.code, result.stderr).toBe(0);
  const [cell] = cli.report(out).cells;
  expect(cell?.verdict.kind).toBe('good');
  return { start: cell?.machine?.start, said: result.stderr };
}

/**
 * As `pass`, until the machine was restored, three times at most: a snapshot that can't be made or restored at a moment
 * (a busy host, a guest that doesn't come up) costs time and is said.
 */
async function restored(out: string, env: Readonly<Record<string, string>>) {
  for (let at = 1; ; at++) {
    const result = await pass(at === 1 ? out : `${out}-${at}`, env);
    if (result.start === 'warm' || at === 3) return { ...result, attempts: at };
    console.warn(`the machine of ${out} booted cold:\n${result.said}`);
    expect(result.said).toMatch(/no snapshot could be made, so machines boot cold: |could not be restored/);
  }
}

describe.skipIf(skip)('a snapshot', () => {
  let cache: string;
  beforeAll(async () => {
    cache = cacheWithout('cache');
    await restored('first', { REPRO_CACHE: cache });
  });

  it('is made by the first run and used by the next', async () => {
    expect(snapshots(cache)).toHaveLength(1);
    const { start, said, attempts } = await restored('second', { REPRO_CACHE: cache });
    expect(start).toBe('warm');
    if (attempts === 1) expect(said).not.toContain('snapshot');
    expect(cli.read('second/cells/word=one/console.log')).toContain('repro: ready');
  });

  it('that was touched since is made again', async () => {
    const [dir = ''] = snapshots(cache);
    truncateSync(join(dir, 'state'), 1000);
    const { said } = await pass('damaged', { REPRO_CACHE: cache });
    expect(said).toMatch(/the cached snapshot .* is damaged \(.*state.*\); it is made again/);
    expect((await restored('mended', { REPRO_CACHE: cache })).start).toBe('warm');
  });

  it('that QEMU cannot load is thrown away: the machine boots cold, the next one is warm', async () => {
    const [dir = ''] = snapshots(cache);
    truncateSync(join(dir, 'state'), 1000);
    const meta = JSON.parse(readFileSync(join(dir, 'meta.json'), 'utf8'));
    await recordFiles(dir, meta, Object.keys(meta.files));
    const bad = await pass('unloadable', { REPRO_CACHE: cache });
    expect(bad.said).toMatch(
      /the snapshot could not be restored \(QEMU ended .*\); it is thrown away, and the machine boots cold/,
    );
    expect(bad.start).toBe('cold');
    expect(snapshots(cache)).toEqual([]);
    expect((await restored('anew', { REPRO_CACHE: cache })).start).toBe('warm');
  });

  it('whose QEMU is killed while it is restored: the machine boots cold', async () => {
    const before = snapshots(cache);
    const PATH = wrapped('killed', `case "$*" in *-incoming*) kill -KILL $$ ;; esac`);
    const { start, said } = await pass('killed-run', { REPRO_CACHE: cache, PATH });
    expect(said).toMatch(
      /the snapshot could not be restored \(QEMU ended \(SIGKILL\).*the machine boots cold/,
    );
    expect(start).toBe('cold');
    expect(said).toContain('it is kept');
    expect(snapshots(cache)).toEqual(before);
  });

  it('serves where TMPDIR is longer than the path of a socket, and odd, as the folder of the cache is', async () => {
    const TMPDIR = cli.at(`${'long'.repeat(30)}/a b,c%d\ne`);
    mkdirSync(TMPDIR, { recursive: true });
    const odd = cli.at('the cache, 100%\n');
    symlinkSync(cache, odd);
    const before = readdirSync(cli.at('.'));
    const { start, said, attempts } = await restored('odd-run', { REPRO_CACHE: odd, TMPDIR });
    if (attempts === 1) expect(said).not.toContain('snapshot');
    expect(start).toBe('warm');
    // The folder that this user's processes share stays.
    const left = readdirSync(TMPDIR, { recursive: true });
    expect(left).toEqual([`repro-${process.getuid?.()}`]);
    expect(
      readdirSync(cli.at('.')).filter((name) => !before.includes(name) && !name.startsWith('odd-run')),
    ).toEqual([]);
  });

  it('whose QEMU is killed while it is made: the machine boots cold', async () => {
    const PATH = wrapped('unmade', `case "$*" in *share=on*) kill -KILL $$ ;; esac`);
    const { start, said } = await pass('unmade-run', { REPRO_CACHE: cacheWithout('unmade-cache'), PATH });
    expect(said).toMatch(/no snapshot could be made, so machines boot cold: QEMU ended \(SIGKILL\)/);
    expect(start).toBe('cold');
  });

  it('of another QEMU is not used: one is made', async () => {
    const version = 'echo "QEMU emulator version 7.2.99 (another build)"';
    const PATH = wrapped('other', `[ "$1" = --version ] && ${version} && exit`);
    const before = snapshots(cache).length;
    const { start } = await restored('other-run', { REPRO_CACHE: cache, PATH, REPRO_ACCEL: 'tcg' });
    expect(start).toBe('warm');
    expect(snapshots(cache)).toHaveLength(before + 1);
  });

  it.skipIf(!canMount)('that the disk has no room for: the machine boots cold', async () => {
    using small = tmpfs(cli.at('small'), 'size=40m');
    const { start, said } = await pass('full-run', { REPRO_CACHE: cacheWithout('small', small.dir) });
    expect(said).toMatch(/no snapshot could be made, so machines boot cold: the disk is full: no space in/);
    expect(start).toBe('cold');
    expect(snapshots(small.dir)).toEqual([]);
  });

  it('whose machine panics while it boots is made by another boot, as a machine is', async () => {
    // The first kernel that QEMU gets finds no root.
    const first = cli.at('booted-once');
    const PATH = wrapped(
      'panicking',
      `case "$*" in *systemd.unit=repro.target*)
        [ -e ${first} ] || { touch ${first}; exec bash -c 'exec "$0" "\${@//systemd.unit=/rdinit=/none root=/none }"' "$QEMU" "$@"; }
      esac`,
    );
    const made = await restored('panic-making', { REPRO_CACHE: cacheWithout('panic-cache'), PATH });
    expect(made.said).toMatch(/a boot ended in a panic \(.*\); the machine boots once more/);
    expect(made.start).toBe('warm');
    rmSync(first);
    const booted = await pass('panic-boot', { PATH, REPRO_WARM: '0' });
    expect(booted.said).toMatch(/a boot ended in a panic \(.*\); the machine boots once more/);
    expect(cli.read('panic-boot/cells/word=one/console.panic.log')).toContain('Kernel panic');
  });

  it('is not made, nor used, with REPRO_WARM=0', async () => {
    expect((await pass('never', { REPRO_CACHE: cache, REPRO_WARM: '0' })).start).toBe('cold');
  });
});
