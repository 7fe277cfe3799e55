/**
 * Bad input, a bad mirror, a bad disk, a bad machine: through the real command, in real machines where one is
 * needed. Each gives a clear message and the right exit code, and loses no evidence. (What is told before
 * anything is resolved is in ../bad-input.test.ts.)
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { Cli, type CliResult, expectClear, type RunningCli } from '../cli.ts';
import { cannotRun } from './can-run.ts';
import { LocalMirror } from './local-mirror.ts';
import { MirrorProxy } from './mirror-proxy.ts';
import { canMountTmpfs, tmpfs } from './tmpfs.ts';

const skip = await cannotRun();
const canMount = !skip && canMountTmpfs();

const cli = new Cli();
const scenario = (name: string) => join(packageRoot(), `test/fixtures/scenarios/machine/${name}.yaml`);

/** A run that ended as a skip: exit code 125, a report with the reason, nothing like a stack trace. */
function expectSkip(result: CliResult, run: string, reason: RegExp): Report {
  expectClear(result);
  expect(result.code, result.stderr).toBe(125);
  const report = cli.report(run);
  expect(report.cells.map(({ verdict }) => verdict)).toEqual([
    { kind: 'skip', reason: expect.stringMatching(reason) },
  ]);
  expect(existsSync(cli.at(run, 'report.html'))).toBe(true);
  return report;
}

/** The machines that this file's runs have at the moment. */
function machines(): { qemu: { pid: number }; keep: boolean }[] {
  const folder = cli.at('state/repro/machines');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** A cache with the warm one's parts in it, but for some of them. */
function cacheWith(name: string, parts: readonly string[]): string {
  const dir = cli.at(name);
  mkdirSync(dir);
  for (const part of parts) symlinkSync(join(cacheDir(), part), join(dir, part));
  return dir;
}

const run = (name: string, out: string, ...more: string[]) => ['run', scenario(name), '--out', out, ...more];

describe.skipIf(skip)('bad input', () => {
  let proxy: MirrorProxy;
  beforeAll(async () => {
    proxy = await MirrorProxy.start();
    // Whatever the machines need is made here, and the accelerator is chosen.
    const warm = await cli.run(run('pass-runc', 'warm'));
    expect(warm.code, warm.stderr).toBe(0);
  });
  afterAll(async () => {
    await cli.run(['reap', '--all']);
    await proxy[Symbol.asyncDispose]();
  });

  describe('the mirror', () => {
    let mirror: LocalMirror;
    beforeAll(async () => {
      mirror = await LocalMirror.start();
      const files = { 'usr/sbin/runc': 'x' };
      await mirror.publish('trixie', [{ name: 'runc', version: '1.1.15', files }], { signedBy: 'other-key' });
    });
    afterAll(() => mirror[Symbol.asyncDispose]());

    const rows: readonly (readonly [string, () => string, RegExp])[] = [
      ['no address', () => 'nonsense', /REPRO_DEBIAN_MIRROR is 'nonsense', which is not a URL/],
      [
        'nobody listens',
        () => 'http://127.0.0.1:9/debian',
        /package index of trixie: the mirror cannot be reached/,
      ],
      [
        'it has no such suite',
        () => `${mirror.uri}/nothing`,
        /package index of trixie: the mirror does not have it/,
      ],
      [
        'another key signed it',
        () => mirror.uri,
        /package index of trixie: its signature cannot be verified/,
      ],
    ];
    it.each(rows)('%s', async (what, uri, reason) => {
      const out = `mirror-${what.replaceAll(' ', '-')}`;
      const env = { REPRO_DEBIAN_MIRROR: uri(), REPRO_CACHE: cli.at(`${out}-cache`) };
      expectSkip(await cli.run(run('pass', out), { env }), out, reason);
    });

    it('nobody signed it', async () => {
      await mirror.publish('trixie', [], { signedBy: 'nobody' });
      const env = { REPRO_DEBIAN_MIRROR: mirror.uri, REPRO_CACHE: cli.at('unsigned-cache') };
      expectSkip(await cli.run(run('pass', 'unsigned'), { env }), 'unsigned', /signature|does not have it/);
    });

    it.each([
      ['truncate', /runc.*(not what the signed index says|the download failed)/],
      ['damage', /runc.*not what the signed index says/],
    ] as const)('a deb arrives otherwise: %s', async (kind, reason) => {
      void proxy.fault(/runc_.*\.deb$/, kind);
      const cache = cacheWith(`cache-${kind}`, ['image', 'kernel']);
      const env = { REPRO_DEBIAN_MIRROR: proxy.uri, REPRO_CACHE: cache };
      const result = await cli.run(run('pass-runc', kind), { env });
      proxy.recover();
      const report = expectSkip(result, kind, reason);
      expect(report.cells[0]?.artifacts.runc).toMatchObject({ version: '1.1.15', source: 'deb:trixie' });
      expect(readdirSync(join(cache, 'deb')).filter((name) => name.startsWith('runc'))).toEqual([]);
    });
  });

  describe('the artifacts', () => {
    it('a version that no source has: says what each has', async () => {
      const result = await cli.run(run('pass-runc', 'no-version', '--set', 'runc=9.9'));
      expectSkip(result, 'no-version', /^no source has runc 9\.9: deb:trixie has 1\.1\.15/);
    });

    it('a package that a suite lacks', async () => {
      const result = await cli.run(run('pass-runc', 'no-package', '--set', 'containerd=deb:experimental'));
      expectSkip(result, 'no-package', /^deb:experimental has no containerd$/);
    });

    it('--offline with an empty cache: says what is missing', async () => {
      const env = { REPRO_CACHE: cli.at('empty-cache') };
      const result = await cli.run(run('pass-runc', 'offline', '--offline'), { env });
      expectSkip(result, 'offline', /^offline, and not in the cache: the package index of trixie$/);
    });

    it('--offline with the index alone: names every part', async () => {
      const env = { REPRO_CACHE: cacheWith('index-cache', ['apt']) };
      const result = await cli.run(run('pass-runc', 'index-only', '--offline'), { env });
      expectSkip(result, 'index-only', /^offline, and not in the cache: .*image trixie.*linux.*runc/);
    });
  });

  describe('the cache', () => {
    it('is a file', async () => {
      writeFileSync(cli.at('file-cache'), '');
      const env = { REPRO_CACHE: cli.at('file-cache') };
      const result = await cli.run(run('pass', 'cache-file'), { env });
      expect(result.stderr).toMatch(/can't make the cache folder .*file-cache.*\nhint: set REPRO_CACHE/);
      expectClear(result);
      expect(result.code).toBe(125);
    });

    it.skipIf(!canMount)('is on a read-only disk', async () => {
      using disk = tmpfs(cli.at('read-only'), 'ro');
      const env = { REPRO_CACHE: join(disk.dir, 'cache') };
      const result = await cli.run(run('pass', 'cache-ro'), { env });
      expect(result.stderr).toMatch(/can't make the cache folder .*\nhint: set REPRO_CACHE/);
      expectClear(result);
      expect(result.code).toBe(125);
    });

    it.skipIf(!canMount)('is on a full disk', async () => {
      using disk = tmpfs(cli.at('small'), 'size=2m');
      for (const part of ['image', 'kernel', 'deb', 'apt'])
        symlinkSync(join(cacheDir(), part), join(disk.dir, part));
      const result = await cli.run(run('pass-runc', 'full'), { env: { REPRO_CACHE: disk.dir } });
      expectSkip(result, 'full', /^the disk is full: no space in .*small .* for layer runc-1\.1\.15/);
      expect(readdirSync(cli.at('small/layer')).filter((name) => !name.endsWith('.lock'))).toEqual([]);
    });

    it.skipIf(!canMount).each([
      ["a suite's index", [], /no space in .*, for|no space in .* for the package index of trixie/],
      ['a package', ['image', 'kernel', 'apt'], /no space in .* for (deb|layer) runc/],
      ['an image', ['kernel', 'deb', 'apt'], /no space in .* for image trixie/],
      ['a kernel', ['image', 'deb', 'apt'], /no space in .* for kernel linux/],
    ] as const)('has no space for %s', async (what, parts, reason) => {
      const name = `no-space-${what.split(' ').at(-1)}`;
      using disk = tmpfs(cli.at(name), 'size=512k');
      for (const part of parts) symlinkSync(join(cacheDir(), part), join(disk.dir, part));
      expectSkip(
        await cli.run(run('pass-runc', `${name}-run`), { env: { REPRO_CACHE: disk.dir } }),
        `${name}-run`,
        reason,
      );
      const left = readdirSync(disk.dir, { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => /making|\.lock|\.tmp/.test(join(entry.parentPath, entry.name)))).toEqual(
        [],
      );
    });

    it.skipIf(!canMount)(
      'has no space for a snapshot: the machine boots cold, and that is said',
      async () => {
        using disk = tmpfs(cli.at('no-space-snapshot'), 'size=4m');
        for (const part of ['image', 'kernel', 'deb', 'apt', 'layer'])
          symlinkSync(join(cacheDir(), part), join(disk.dir, part));
        const result = await cli.run(run('pass', 'no-snapshot'), { env: { REPRO_CACHE: disk.dir } });
        expectClear(result);
        expect(result.code, result.stderr).toBe(0);
        expect(result.stderr).toMatch(
          /no snapshot could be made, so machines boot cold: the disk is full: no space in/,
        );
        expect(cli.report('no-snapshot').cells[0]?.machine?.start).toBe('cold');
      },
    );

    it('is damaged, and used by two runs at once: made again once, and both succeed', async () => {
      const cache = cacheWith('damaged-cache', ['image', 'kernel', 'deb', 'apt']);
      cpSync(join(cacheDir(), 'layer'), join(cache, 'layer'), { recursive: true });
      for (const name of readdirSync(join(cache, 'layer'))) {
        if (/^runc-1\.1\.15-\w+$/.test(name))
          truncateSync(join(cache, 'layer', name, 'layer.squashfs'), 1000);
      }
      const env = { REPRO_CACHE: cache };
      const results = await Promise.all(['one', 'two'].map((out) => cli.run(run('pass-runc', out), { env })));
      for (const result of results) {
        expectClear(result);
        expect(result.code, result.stderr).toBe(0);
      }
      const said = results.map(({ stderr }) => stderr).join('');
      expect(said.match(/the cached layer runc-1\.1\.15 is damaged \(.*\); it is made again/g)).toHaveLength(
        1,
      );
      expect(said.match(/making layer runc-1\.1\.15/g)).toHaveLength(1);
      for (const out of ['one', 'two']) expect(cli.report(out).cells[0]?.verdict.kind).toBe('good');
    });
  });

  describe.skipIf(!canMount)('a full disk', () => {
    /** A disk with no byte left. */
    function full(name: string) {
      const disk = tmpfs(cli.at(name), 'size=64k,nr_inodes=100');
      try {
        writeFileSync(join(disk.dir, 'fill'), Buffer.alloc(1 << 20));
      } catch {
        // That is the point.
      }
      return disk;
    }

    it("the run's own, from the beginning", async () => {
      using _ = full('full-run');
      const result = await cli.run(run('pass', 'full-run/x'));
      expect(result.stderr).toMatch(
        /^repro: the disk is full: no space for full-run\/x\/\S+\nhint: make space/m,
      );
      expectClear(result);
      expect(result.code).toBe(125);
    });

    it("the run's own, in the middle: what was found stays, and it goes on once there is space", async () => {
      using disk = tmpfs(cli.at('fills-up'), 'size=2m');
      const running = cli.start(run('slow', 'fills-up/x'));
      await running.said(/sample 2\/3/);
      try {
        writeFileSync(join(disk.dir, 'fill'), Buffer.alloc(4 << 20));
      } catch {
        // That is the point.
      }
      const result = await running.ended;
      expectClear(result);
      expect(result.code).toBe(125);
      expect(result.stderr).toMatch(/the disk is full: no space for|ENOSPC/);
      rmSync(join(disk.dir, 'fill'));
      const resumed = await cli.run(['run', '--resume', 'fills-up/x']);
      expect(resumed.code, resumed.stderr).toBe(0);
      const [cell] = cli.report('fills-up/x').cells;
      expect(cell?.samples.map(({ id }) => id)).toEqual(['script#1', 'script#2', 'script#3']);
      expect(cell?.verdict).toMatchObject({ kind: 'good', total: 3 });
      expect(readdirSync(cli.at('fills-up/x')).filter((name) => /lock|tmp/.test(name))).toEqual([]);
    });

    it.each([
      ['of what outlives a run', 'XDG_STATE_HOME', /^the disk is full: no space for \S+machines\/\S+\.json$/],
      ['of temporary files', 'TMPDIR', /^can't make a temporary folder in \S+: ENOSPC/],
    ] as const)('%s', async (_what, variable, reason) => {
      using disk = full(`full-${variable}`);
      const result = await cli.run(run('pass', `with-${variable}`), { env: { [variable]: disk.dir } });
      expectSkip(result, `with-${variable}`, reason);
      expect(machines()).toEqual([]);
    });
  });

  describe('a poor host', () => {
    const limited = (limit: number, out: string) => {
      const argv = [process.execPath, join(packageRoot(), 'scripts/launch.mjs')];
      const more = ['--set', 'word=a,b,c', '--jobs', '3'];
      return spawnSync('prlimit', [`--nofile=${limit}`, ...argv, ...run('pass', out, ...more)], {
        cwd: cli.dir,
        env: { ...process.env, NO_COLOR: '1', REPRO_NO_INSTALL: '1', XDG_STATE_HOME: cli.at('state') },
        encoding: 'utf8',
      });
    };

    it('64 open files are enough for three machines side by side', () => {
      const { status, stderr } = limited(64, 'files-64');
      expect(status, stderr).toBe(0);
      expect(cli.report('files-64').cells.map(({ verdict }) => verdict.kind)).toEqual([
        'good',
        'good',
        'good',
      ]);
    });

    it.skipIf(!canMount)('needs no /dev/shm', () => {
      const command = [process.execPath, join(packageRoot(), 'scripts/launch.mjs'), ...run('pass', 'no-shm')];
      const hide = 'mount -t tmpfs -o ro,size=4k none /dev/shm && exec "$@"';
      const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', hide, 'sh', ...command], {
        cwd: cli.dir,
        env: { ...process.env, NO_COLOR: '1', REPRO_NO_INSTALL: '1', XDG_STATE_HOME: cli.at('state') },
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
    });
  });

  describe('the emulator', () => {
    /** A PATH whose QEMU tells its version and then does this. */
    function shim(name: string, what: string): string {
      const dir = cli.at(name);
      mkdirSync(dir);
      const file = join(dir, 'qemu-system-x86_64');
      const version = '[ "$1" = --version ] && echo "QEMU emulator version 7.2.0" && exit';
      writeFileSync(file, `#!/bin/sh\n${version}\n${what}\n`);
      chmodSync(file, 0o755);
      return `${dir}:${process.env.PATH}`;
    }

    it('dies at its start, for a snapshot as for a cold boot', async () => {
      const env = { PATH: shim('dying', 'echo "no such machine" >&2\nexit 1'), REPRO_ACCEL: 'tcg' };
      const result = await cli.run(run('pass', 'dies'), { env });
      expectSkip(
        result,
        'dies',
        /^QEMU ended .*: no such machine \(its output is in dies\/cells\/word=one\/qemu\.log\)/,
      );
      expect(cli.read('dies/cells/word=one/qemu.log')).toContain('no such machine');
      expect(machines()).toEqual([]);
    });

    it('hangs without a word', async () => {
      const env = { PATH: shim('hanging', 'exec sleep 1000'), REPRO_ACCEL: 'tcg', REPRO_BOOT_TIMEOUT: '3' };
      const result = await cli.run(run('pass', 'hangs'), { env });
      expectSkip(result, 'hangs', /^the guest was not ready within 3 s(?: \(the host was busy|$)/);
      expect(machines()).toEqual([]);
    });

    it('is told to use an accelerator that does not exist', async () => {
      const result = await cli.run(run('pass', 'accel'), { env: { REPRO_ACCEL: 'warp' } });
      expect(result.stderr).toMatch(/^repro: REPRO_ACCEL is 'warp'; it can be kvm, hvf or tcg$/m);
      expectClear(result);
      expect(result.code).toBe(2);
      expect(cli.report('accel').cells[0]?.verdict.kind).toBe('skip');
    });
  });

  describe('the guest', () => {
    it('fails otherwise, hangs, panics: a skip with its reason, and what came before it is kept', async () => {
      const result = await cli.run(run('troubles', 'troubles'));
      expectClear(result);
      expect(result.code, result.stderr).toBe(125);
      const { cells } = cli.report('troubles');
      const late = expect.stringMatching(/^no answer within the sample's 8 s/);
      const gone = expect.stringMatching(/panic|QEMU ended/);
      // After a trouble the machine is another one; after a panic nothing more is asked of the cell.
      expect(
        cells.map(({ samples }) => samples.map(({ machine, judged, because }) => [machine, judged, because])),
      ).toEqual([
        [
          [1, 'good', undefined],
          [1, 'unjudged', 'failed, but not with the symptom: another trouble'],
          [2, 'good', undefined],
        ],
        [
          [1, 'good', undefined],
          [1, 'unjudged', late],
          [2, 'good', undefined],
        ],
        [
          [1, 'good', undefined],
          [1, 'unjudged', gone],
        ],
      ]);
      expect(cells.map(({ verdict }) => verdict)).toEqual([
        {
          kind: 'skip',
          reason: expect.stringMatching(/^1 of 3 not judged, the first script#2: failed, but/),
        },
        { kind: 'skip', reason: expect.stringMatching(/^1 of 3 not judged, the first script#2: no answer/) },
        { kind: 'skip', reason: expect.stringMatching(/^kernel panic: .*sysrq.*; 1 of 2 not judged/) },
      ]);
      expect(cells[2]?.consoleTail.join('\n')).toContain('Kernel panic');
      const dir = 'troubles/cells/word=panics';
      expect(cli.read(dir, 'console.log')).toContain('Kernel panic - not syncing: sysrq');
      expect(cli.read(dir, 'samples/script-1/stdout.txt')).toContain('panics was here');
      expect(cli.read('troubles/journal.ndjson').trimEnd().split('\n')).toHaveLength(8);
      expect(machines().filter(({ qemu }) => !isRunning(qemu.pid))).toEqual([]);
    });

    it('loses its agent', async () => {
      const report = expectSkip(
        await cli.run(run('no-agent', 'agent')),
        'agent',
        /the agent in the machine ended/,
      );
      expect(report.cells[0]?.samples[0]?.judged).toBe('good');
    });

    it('is killed with QEMU', async () => {
      const before = new Set(machines().map(({ qemu }) => qemu.pid));
      const running = cli.start(run('slow', 'killed'));
      await running.said(/sample 1\/3/);
      for (const { qemu } of machines()) if (!before.has(qemu.pid)) process.kill(qemu.pid, 'SIGKILL');
      const report = expectSkip(await running.ended, 'killed', /^QEMU ended \(SIGKILL\)/);
      expect(report.cells[0]?.samples[0]?.judged).toBe('good');
      expect(cli.read('killed/cells/word=one/console.log')).toContain('repro: ready');
    });

    it('loses its network: nothing that repro does needs it', async () => {
      const result = await cli.run(run('no-network', 'network'));
      expect(result.code, result.stderr).toBe(0);
      expect(cli.report('network').cells[0]?.verdict).toMatchObject({ kind: 'good', total: 2 });
    });
  });

  describe('Ctrl-C', () => {
    /** Interrupts; expects the end that every interrupted run has. */
    async function interrupt(running: RunningCli, out: string): Promise<void> {
      running.child.kill('SIGINT');
      const result = await running.ended;
      expect(result.stderr).toContain('stopping the machines and writing what was collected');
      expect(result.stderr).toContain(`Resume with: repro run --resume ${out}`);
      expectClear(result);
      expect(result.code, result.stderr).toBe(130);
      const [cell] = cli.report(out).cells;
      expect(cell?.verdict).toMatchObject({ kind: 'skip', reason: expect.stringContaining('interrupted') });
      expect(existsSync(cli.at(out, 'report.html'))).toBe(true);
      expect(machines()).toEqual([]);
    }

    it('while the index is fetched', async () => {
      const asked = proxy.fault(/InRelease$/, 'hang');
      const env = { REPRO_DEBIAN_MIRROR: proxy.uri, REPRO_CACHE: cli.at('resolving-cache') };
      const running = cli.start(run('pass', 'resolving'), { env });
      await asked;
      await interrupt(running, 'resolving');
      proxy.recover();
    });

    it('while a package is fetched; resumed, it runs', async () => {
      const asked = proxy.fault(/runc_.*\.deb$/, 'hang');
      const cache = cacheWith('fetching-cache', ['image', 'kernel']);
      const env = { REPRO_DEBIAN_MIRROR: proxy.uri, REPRO_CACHE: cache };
      const running = cli.start(run('pass-runc', 'fetching'), { env });
      await asked;
      await interrupt(running, 'fetching');
      proxy.recover();
      const resumed = await cli.run(['run', '--resume', 'fetching'], { env });
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(cli.report('fetching').cells[0]?.verdict).toMatchObject({ kind: 'good', total: 1 });
    });

    it('while a machine boots', async () => {
      const running = cli.start(run('slow', 'booting'));
      await running.said(/: boot$/m);
      await expect.poll(() => machines().length, { timeout: 30_000 }).toBe(1);
      await interrupt(running, 'booting');
    });

    it('while samples run; resumed, it repeats none of them', async () => {
      const running = cli.start(run('slow', 'sampling'));
      await running.said(/sample 1\/3/);
      await interrupt(running, 'sampling');
      const [before] = cli.report('sampling').cells[0]?.samples ?? [];
      const resumed = await cli.run(['run', '--resume', 'sampling']);
      expect(resumed.code, resumed.stderr).toBe(0);
      const [cell] = cli.report('sampling').cells;
      expect(cell?.verdict).toMatchObject({ kind: 'good', total: 3 });
      expect(cell?.samples.map(({ id }) => id)).toEqual(['script#1', 'script#2', 'script#3']);
      expect(cell?.samples[0]?.startedAt).toBe(before?.startedAt);
    });
  });

  describe('resumed', () => {
    it('twice at once, and once more: no sample is taken twice', async () => {
      const running = cli.start(run('slow', 'twice'));
      await running.said(/sample 1\/3/);
      running.child.kill('SIGINT');
      await running.ended;
      const both = ['one', 'two'].map(() => cli.start(['run', '--resume', 'twice']));
      const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code, stderr }) => {
        if (code !== 0)
          expect(stderr).toMatch(/twice is in use by process \d+ on host \S+\nhint: wait until/);
        return code;
      });
      expect(codes.sort()).toEqual([0, 125]);
      const third = await cli.run(['run', '--resume', 'twice']);
      expect(third.code, third.stderr).toBe(0);
      const [cell] = cli.report('twice').cells;
      expect(cell?.verdict).toMatchObject({ kind: 'good', total: 3 });
      expect(cell?.samples.map(({ id }) => id)).toEqual(['script#1', 'script#2', 'script#3']);
      expect(cli.read('twice/journal.ndjson').trimEnd().split('\n')).toHaveLength(3);
      expect(readdirSync(cli.at('twice')).filter((name) => name.includes('lock'))).toEqual([]);
    });

    it('its folder is removed while it runs: it ends, says so, and leaves no machine', async () => {
      const running = cli.start(run('slow', 'removed'));
      await running.said(/sample 1\/3/);
      // In one step, for files come into it meanwhile.
      renameSync(cli.at('removed'), cli.at('elsewhere'));
      const result = await running.ended;
      expect(result.stderr).toContain('repro: removed was removed while the run went on');
      expectClear(result);
      expect(result.code).toBe(125);
      expect(existsSync(cli.at('removed'))).toBe(false);
      expect(machines().filter(({ qemu }) => isRunning(qemu.pid))).toEqual([]);
    });
  });

  describe('what a run leaves behind', () => {
    /** Folders and notes of programs that processes have below a TMPDIR of a test. */
    const leftovers = (tmp: string) => {
      const parent = join(tmp, `repro-${process.getuid?.()}`);
      if (!existsSync(parent)) return [];
      return readdirSync(parent).flatMap((name) => readdirSync(join(parent, name)));
    };

    it.each([
      ['kill -9', ['SIGKILL']],
      ['a second Ctrl-C', ['SIGINT', 'SIGINT']],
    ] as const)('%s: the next run removes all of it', async (what, signals) => {
      const tmp = cli.at(`tmp-${signals.length}`);
      mkdirSync(tmp);
      const env = { TMPDIR: tmp };
      const out = `crash-${signals.length}`;
      const running = cli.start(run('slow', out), { env });
      await running.said(/sample 1\/3/);
      for (const name of signals) {
        running.child.kill(name);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await running.ended;
      // How far an orderly end came before the second Ctrl-C is a race; kill -9 leaves all.
      const isKilled = what === 'kill -9';
      if (isKilled) expect(leftovers(tmp).length).toBeGreaterThan(0);
      const resumed = await cli.run(['run', '--resume', out], { env });
      expect(resumed.code, resumed.stderr).toBe(0);
      if (isKilled) expect(resumed.stderr).toContain('an earlier run left something behind: ');
      expect(leftovers(tmp)).toEqual([]);
      expect(machines().filter(({ keep }) => !keep)).toEqual([]);
      expect(cli.report(out).cells[0]?.samples.map(({ id }) => id)).toEqual([
        'script#1',
        'script#2',
        'script#3',
      ]);
    });

    it('killed for good: reap finds its machine, and --resume goes on', async () => {
      const running = cli.start(run('slow', 'crashed'));
      await running.said(/sample 1\/3/);
      running.child.kill('SIGKILL');
      await running.ended;
      const [machine] = machines();
      if (machine === undefined) throw new Error('the machine left no record');
      expect(isRunning(machine.qemu.pid)).toBe(true);
      const reaped = await cli.run(['reap']);
      expect(reaped.stdout).toMatch(new RegExp(`ended machine .* \\(process ${machine.qemu.pid}\\)`));
      expect(isRunning(machine.qemu.pid)).toBe(false);
      const resumed = await cli.run(['run', '--resume', 'crashed']);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(cli.report('crashed').cells[0]?.verdict).toMatchObject({ kind: 'good', total: 3 });
    });

    it('--keep: reap leaves the machine, reap --all ends it', async () => {
      const result = await cli.run(run('pass', 'kept', '--keep'));
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toContain(
        'machines were kept: repro shell kept <cell>; repro reap --all ends them',
      );
      const [machine] = machines();
      if (machine === undefined) throw new Error('no machine was kept');
      // Processes of other programs on this host may have left something.
      expect((await cli.run(['reap'])).stdout).not.toContain(`(process ${machine.qemu.pid})`);
      expect(isRunning(machine.qemu.pid)).toBe(true);
      const ended = await cli.run(['reap', '--all']);
      expect(ended.stdout).toContain(`(process ${machine.qemu.pid})`);
      expect(isRunning(machine.qemu.pid)).toBe(false);
      expect(machines()).toEqual([]);
    });
  });
});
