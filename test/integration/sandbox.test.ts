/**
 * What a build can do to the host: nothing. A builder that is real, and in it a program that tries what it must not be
 * able to do, as root and as a user. The list of docs/security.md is the list of what is tried here.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeRoot } from '../../scripts/artifact/build/root.ts';
import type { Limits } from '../../scripts/artifact/build/sandbox.ts';
import { Cache } from '../../scripts/artifact/cache.ts';
import { DebSource } from '../../scripts/artifact/deb.ts';
import { GitSource } from '../../scripts/artifact/git.ts';
import { isSealed } from '../../scripts/artifact/sealed-tree.ts';
import { cacheDir } from '../../scripts/lib/paths.ts';
import { missingTools } from '../../scripts/setup/tools.ts';
import { Original } from '../artifact/git/original.ts';

const { signal } = new AbortController();
const SOURCE = new URL('sandbox/probes.c', import.meta.url);
const PROBES = [...readFileSync(SOURCE, 'utf8').matchAll(/say\("([^"]+)"/g)].map(([, name = '']) => name);
const MIB = 1024 ** 2;
const LIMITS: Limits = {
  memory: 1024 * MIB,
  processes: 300,
  file: 1024 * MIB,
  temporary: 64 * MIB,
  output: 4 * MIB,
};
/** Nobody's number. */
const USER = 54_321;
const isRoot = process.getuid?.() === 0;
const missing = await missingTools({ builds: true, providers: [] });
if (missing.length > 0)
  console.warn(`NOT TESTED: no sandbox for lack of ${missing.map((one) => one.program)}`);

let dir = '';
let root = '';
let runner = '';
let listener: Server;
let abstract: Server;
let connections = 0;
const listening = async (server: Server, where: { port?: number; host?: string; path?: string }) => {
  server.on('connection', (socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(where);
  await once(server, 'listening');
  return server;
};

beforeAll(async () => {
  if (missing.length > 0) return;
  dir = mkdtempSync(join(tmpdir(), 'repro-sandbox-'));
  const cache = new Cache(cacheDir());
  root = (await makeRoot(['libseccomp-dev'], cache, signal)).root;
  runner = join(dir, 'run.mjs');
  const entry = new URL('sandbox/run.ts', import.meta.url).pathname;
  const banner = {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  };
  await build({
    entryPoints: [entry],
    outfile: runner,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner,
  });
  listener = await listening(createServer(), { port: 0, host: '127.0.0.1' });
  abstract = await listening(createServer(), { path: `\0${ABSTRACT}` });
}, 900_000);
afterAll(() => {
  listener?.close();
  abstract?.close();
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
});

const ABSTRACT = `repro-sandbox-${process.pid}`;
const MARK = `host-process-${process.pid}`;
/** By these, sleeping processes of this test are told. */
const SECONDS = 700_000_000 + process.pid;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  readonly importPath?: string;
  /** Kills what runs it as soon as the script has made `$OUT/begun`. */
  readonly kill?: boolean;
}

/** Runs a script in the sandbox by a process of `uid`, which has a file open and a variable set. */
async function sandboxed(uid: number, script: string, options: Options = {}): Promise<Ran> {
  const { env = {}, limits = LIMITS, kill = false, importPath } = options;
  const home = mkdtempSync(join(tmpdir(), 'repro-sandbox-user-'));
  try {
    const file = join(home, 'order.json');
    const folders = { source: join(home, 'source'), out: join(home, 'out'), shared: join(home, 'shared') };
    for (const one of Object.values(folders)) mkdirSync(one);
    cpSync(SOURCE, join(folders.source, 'probes.c'));
    const builder = uid === 0 ? root : join(home, 'root');
    // A user has a builder of their own.
    if (builder !== root) for (const part of ['usr', 'etc']) copy(join(root, part), join(builder, part));
    const order = { root: builder, go: undefined, ...folders, env, script, importPath };
    writeFileSync(file, JSON.stringify({ order, limits }));
    cpSync(runner, join(home, 'run.mjs'));
    if (uid !== 0) execFileSync('chown', ['-R', `${uid}:${uid}`, home]);
    else
      for (const one of Object.values(folders)) execFileSync('chown', ['-R', '1900000000:1900000000', one]);
    const open = openSync('/etc/passwd', 'r');
    const child = spawn(process.execPath, [join(home, 'run.mjs'), file], {
      ...(isRoot ? { uid, gid: uid } : {}),
      env: { PATH: process.env.PATH, HOME: home, HOST_ENVIRONMENT: 'yes', TMPDIR: home },
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe', open],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        said[name] += text;
      });
    }
    if (kill) {
      await vi.waitFor(() => statSync(join(folders.out, 'begun')), { timeout: 60_000 });
      child.kill('SIGKILL');
    }
    const [code] = await once(child, 'close');
    return { code, ...said };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('cp', ['-a', from, to]);
}

/** Processes of the host whose command line has a word in it. */
function processes(word: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || name === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

const identity = (path: string) => `${statSync(path).dev}:${statSync(path).ino}`;

const WHO: [string, number][] = isRoot
  ? [
      ['root', 0],
      ['a user', USER],
    ]
  : [['a user', process.getuid?.() ?? 0]];

describe.skipIf(missing.length > 0).each(WHO)('a build by %s', (_, uid) => {
  it('can do nothing of what it must not do', async () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    const name = hostname();
    const secret = join(dir, 'secret');
    writeFileSync(secret, 'secret');
    chmodSync(dir, 0o755);
    const victim = spawn('sleep', ['600'], { argv0: MARK, ...(isRoot ? { uid, gid: uid } : {}) });
    connections = 0;
    try {
      const env = {
        HOST_KRAM: [...MARK].reverse().join(''),
        HOST_PID: String(victim.pid),
        HOST_PORT: String((listener.address() as { port: number }).port),
        HOST_ABSTRACT: ABSTRACT,
        HOST_SECRET: secret,
        HOST_ETC: identity('/etc'),
        HOST_USR: identity('/usr'),
        HOST_TMP: identity('/tmp'),
        MOST_PROCESSES: String(LIMITS.processes + 100),
        MOST_MEMORY: String(LIMITS.memory),
        MOST_TEMPORARY: String(LIMITS.temporary),
        MOST_FILE: String(LIMITS.file),
      };
      const script = 'gcc -w -o /tmp/probes probes.c; /tmp/probes';
      const { code, stdout, stderr } = await sandboxed(uid, script, { env });
      expect(stderr).toBe('');
      expect(stdout.split('\n').filter((line) => line.startsWith('probe '))).toEqual(
        PROBES.map((probe) => `probe ${probe}: blocked`),
      );
      expect(code).toBe(0);
      expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
      expect(hostname()).toBe(name);
      expect(connections).toBe(0);
      expect(victim.exitCode ?? victim.signalCode).toBeNull();
    } finally {
      victim.kill();
    }
  });

  it('is nobody special', async () => {
    const { stdout, stderr } = await sandboxed(uid, 'id -u; id -un; touch "$OUT/made" /cache/made made; pwd');
    expect(stdout, stderr).toBe('1900000000\nbuild\n/src\n');
  });

  it('finds and writes its tree, also where that belongs in GOPATH', async () => {
    const script = 'pwd; test -s probes.c; touch new ../beside "$GOPATH/pkg"; rm new';
    const { code, stdout, stderr } = await sandboxed(uid, script, { importPath: 'k8s.io/kubernetes' });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '/tmp/go/src/k8s.io/kubernetes\n',
      stderr: '',
    });
  });

  it('leftovers: leaves no process', async () => {
    const { stdout } = await sandboxed(
      uid,
      `sleep ${SECONDS} & setsid sleep ${SECONDS} & (setsid sleep ${SECONDS} &); echo begun`,
    );
    expect(stdout).toBe('begun\n');
    expect(processes(String(SECONDS))).toEqual([]);
  });

  it('killed-repro: ends with whoever began it', async () => {
    await sandboxed(uid, `setsid sleep ${SECONDS} & touch "$OUT/begun"; sleep ${SECONDS}`, { kill: true });
    await vi.waitFor(() => expect(processes(String(SECONDS))).toEqual([]), { timeout: 60_000 });
  });

  it('memory-together: ends when it takes too much, by however many processes', async () => {
    // Each holds what it has read until nobody wants it any more.
    const each = '(dd if=/dev/zero bs=100M count=1 || echo "ended by $?" >&2) | sleep 8 &';
    const script = `for i in 1 2 3 4; do ${each} done; wait`;
    const { code, stdout, stderr } = await sandboxed(uid, script, {
      limits: { ...LIMITS, memory: 250 * MIB },
    });
    // Its control group ends one of them; without, somebody looks and ends all.
    if (code === 0) expect(stdout).toContain('ended by 137');
    else expect(stderr).toContain('build-killed: the build was ended: it took more than 250 MiB of memory');
  });

  it('output: ends when it prints too much', async () => {
    const { code, stdout, stderr } = await sandboxed(uid, 'yes; echo "o"ver');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain('over');
    expect(stderr.length).toBeLessThan(2 * LIMITS.output);
  });
});

describe.skipIf(missing.length > 0)('what a commit leaves', () => {
  const built = async (original: Original, run: string) => {
    const cache = new Cache(cacheDir());
    const source = new GitSource(cache, new DebSource(cache));
    const settings = { repository: original.dir, run, packages: ['libseccomp-dev'], go: 'none' };
    const query = { component: 'runc', place: 'HEAD', build: settings, version: undefined };
    const resolved = await source.resolve(query, signal);
    if (resolved === undefined) return expect.unreachable('runc can be built');
    const layer = await source.materialise(resolved, signal);
    return readFileSync(join(dirname(layer.file), 'build.log'), 'utf8');
  };
  const PROGRAM = 'printf "#!/bin/sh\\n" >"$OUT/runc"; chmod +x "$OUT/runc"';
  const repository = async () => {
    const original = await Original.make();
    await original.commit({ file: `${Math.random()}` });
    return original;
  };

  it.each([
    ['a link to a file of the host', 'ln -s /bin/sh "$OUT/runc"'],
    ['a link to a folder of the host', `${PROGRAM}; ln -s / "$OUT/usr"`],
    ['a link upwards', 'ln -s ../../../../../../../../../../../bin/sh "$OUT/runc"'],
    ['a pipe', 'mkfifo -m 755 "$OUT/runc"'],
  ])('out-files: %s is refused', async (_, run) => {
    await expect(built(await repository(), run)).rejects.toMatchObject({ code: 'build-failed' });
  });

  it('go-cache: is not there for another repository, and for the next commit of its own', async () => {
    const one = await repository();
    await built(one, `touch /cache/mine; ${PROGRAM}`);
    await one.commit({ file: `${Math.random()}` });
    expect(await built(one, `ls /cache; ${PROGRAM}`)).toBe('mine\n');
    expect(await built(await repository(), `ls /cache; ${PROGRAM}`)).toBe('');
  });

  it('source-tree: what a build did to its sources is undone, times and all', async () => {
    const one = await repository();
    await one.commit({ kept: 'kept\n' });
    await built(
      one,
      `touch -r kept /tmp/time; echo evil >kept; touch -r /tmp/time kept; rm file; touch new; ${PROGRAM}`,
    );
    await one.commit({ other: 'other' });
    expect(await built(one, `cat kept; ls; ${PROGRAM}`)).toBe('kept\nfile\nkept\nother\n');
  });

  it('builder-tree: is as it was', async () => {
    expect(await isSealed(dirname(root), signal)).toBe(true);
  });
});
