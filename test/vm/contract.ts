/**
 * What every provider of machines promises. A provider's test calls `providerContract`, which defines the tests; what is
 * peculiar to it, it tests beside them.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import type { Layer } from '../../scripts/artifact/types.ts';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import type { Machine, MachineProvider, MachineSpec } from '../../vm/machine.ts';
import { cardOf, makeProvider } from '../../vm/providers.ts';

export interface Contract {
  readonly kind: string;
  /** Folder for what the provider remembers, of the test's own: all machines that it names there are the test's. */
  readonly state: string;
  /** The machine that it makes most easily. `id` and `logDir` are for the contract to say. */
  readonly spec: () => Promise<Omit<MachineSpec, 'id' | 'logDir' | 'session' | 'keep'>>;
  /** What its machines can take on: a program, in layers that have it in different versions. Undefined: nothing. */
  readonly layers:
    | (() => Promise<readonly { readonly layer: Layer; readonly version: string }[]>)
    | undefined;
  /** Prints the version of that program. */
  readonly versionOf: readonly string[];
  /** Makes the machine end by itself, as a crash would. */
  readonly lose: (machine: Machine) => Promise<unknown>;
}

const FLOOD = 100_000_000;

/** Defines the tests; three machines are made for them. */
export function providerContract({ kind, state, spec, layers, versionOf, lose }: Contract): void {
  const signal = new AbortController().signal;
  const session = `contract${process.pid}`;
  const dir = mkdtempSync(join(tmpdir(), 'repro-test-contract-'));
  let provider: MachineProvider;
  let machine: Machine;

  const specOf = async (id: string): Promise<MachineSpec> => {
    return { ...(await spec()), id, session, logDir: join(dir, id), keep: false };
  };
  const allocate = async (id: string) => provider.allocate(await specOf(id), signal);

  beforeAll(async () => {
    vi.stubEnv('XDG_STATE_HOME', state);
    provider = await makeProvider(kind, new Cache(cacheDir()));
    machine = await allocate('one');
  });
  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is the kind that its card says, and can make machines here', async () => {
    expect(provider.kind).toBe(kind);
    expect(cardOf(kind).kind).toBe(kind);
    expect((await provider.limits(signal)).unusable).toBeUndefined();
    const found = await provider.probe((await spec()).kernel, signal);
    expect(found).toMatchObject({ provider: kind });
    expect(found?.name).not.toBe('');
    expect(found?.why).not.toBe('');
  });

  it('tells what a machine is, truly', async () => {
    const { facts } = machine;
    expect(facts.provider).toBe(kind);
    expect(machine.id).toBe('one');
    expect((await machine.exec(['uname', '-r'])).stdout.trim()).toBe(facts.kernel);
    expect(Number((await machine.exec(['nproc'])).stdout)).toBe(facts.cpus);
    const v2 = await machine.exec('test -e /sys/fs/cgroup/cgroup.controllers');
    expect(v2.exitCode === 0 ? 'v2' : 'v1').toBe(facts.cgroup);
    expect(facts.bootPhases.length).toBeGreaterThan(0);
    expect((await machine.exec(['id', '-u'])).stdout).toBe('0\n');
  });

  it('tells what a machine takes of this host, and where the time of its start went', async () => {
    expect((await machine.usage()).memoryBytes).toBeGreaterThan(0);
    const phases = (await machine.startPhases?.()) ?? machine.facts.bootPhases;
    expect(phases.filter(({ name }) => cardOf(kind).phases[name] === undefined)).toEqual([]);
  });

  describe('a command', () => {
    it('hands back exit code, stdout and stderr as they are', async () => {
      expect(await machine.exec('printf out; printf err >&2; exit 7')).toEqual({
        exitCode: 7,
        stdout: 'out',
        stderr: 'err',
      });
      // As ssh itself says "no connection".
      expect((await machine.exec('exit 255')).exitCode).toBe(255);
      expect((await machine.exec(['no-such-program'])).exitCode).toBe(127);
    });

    it('that a signal ended exits as a shell says it', async () => {
      expect((await machine.exec('kill -KILL $$')).exitCode).toBe(128 + 9);
      expect((await machine.exec('kill -TERM $$')).exitCode).toBe(128 + 15);
    });

    it('has its argv word by word, and stdin as it is', async () => {
      const odd = `a  b'"$HOME\\*`;
      expect((await machine.exec(['printf', '%s', odd])).stdout).toBe(odd);
      const text = `${'line\n'.repeat(20_000)}end`;
      expect((await machine.exec(['cat'], { stdin: text })).stdout).toBe(text);
      expect((await machine.exec(['cat'])).stdout).toBe('');
    });

    it('runs beside others', async () => {
      const words = ['a', 'b', 'c', 'd', 'e'];
      const results = await Promise.all(words.map((word) => machine.exec(['echo', word])));
      expect(results.map(({ stdout }) => stdout.trim())).toEqual(words);
    });

    it('that outlives its time ends, and the next one is answered', async () => {
      await expect(machine.exec(['sleep', '1000'], { timeout: 2_000 })).rejects.toMatchObject({
        code: 'exec-timeout',
        // On a busy host it goes on with how long the machine had to wait.
        message: expect.stringMatching(/^a command did not end within 2 s\b.* on the machine$/),
      });
      const abort = new AbortController();
      const running = machine.exec(['sleep', '1000'], { signal: abort.signal });
      abort.abort();
      await expect(running).rejects.toMatchObject({ code: 'interrupted' });
      expect((await machine.exec(['true'])).exitCode).toBe(0);
      // Neither is left running.
      const left = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 100[0]' || true";
      await expect.poll(async () => (await machine.exec(left)).stdout, { timeout: 30_000 }).toBe('0\n');
    });

    it('that writes without an end takes little of this host', async () => {
      const before = process.memoryUsage().rss;
      let peak = 0;
      const look = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss - before);
      }, 20);
      const flood = await machine.exec(`echo first; head -c ${FLOOD} /dev/zero; echo; echo last`, {
        timeout: 240_000,
        maxOutput: 2 ** 20,
      });
      clearInterval(look);
      expect(flood.truncated).toEqual({ stdout: FLOOD + 12 - 2 ** 20, stderr: 0 });
      expect(flood.stdout.endsWith('\nlast\n')).toBe(true);
      expect(peak).toBeLessThan(100 * 2 ** 20);
      // Half an answer is none, where nobody said that it is enough.
      await expect(machine.exec('head -c 9000000 /dev/zero')).rejects.toMatchObject({
        code: 'output-too-large',
      });
      expect((await machine.exec('echo on')).stdout).toBe('on\n');
    }, 300_000);
  });

  describe('a file', () => {
    it('is copied in and out, byte for byte, with its permissions', async () => {
      const bytes = randomBytes(3_000_000);
      writeFileSync(join(dir, 'in'), bytes);
      chmodSync(join(dir, 'in'), 0o751);
      await machine.copyIn(join(dir, 'in'), "/root/odd name's file");
      expect((await machine.exec(['stat', '-c', '%a', "/root/odd name's file"])).stdout).toBe('751\n');
      await machine.copyOut("/root/odd name's file", join(dir, 'out'));
      expect(readFileSync(join(dir, 'out')).equals(bytes)).toBe(true);
      expect(statSync(join(dir, 'out')).mode & 0o7777).toBe(0o751);
    });

    it('of a link is what it leads to', async () => {
      writeFileSync(join(dir, 'target'), 'of the host');
      symlinkSync('target', join(dir, 'link'));
      await machine.copyIn(join(dir, 'link'), '/root/copied');
      expect((await machine.exec('test ! -L /root/copied && cat /root/copied')).stdout).toBe('of the host');
      await machine.exec('printf guest >/root/target; ln -s target /root/link');
      await machine.copyOut('/root/link', join(dir, 'copied'));
      expect(readFileSync(join(dir, 'copied'), 'utf8')).toBe('guest');
    });

    it('of the machine runs as nobody else on this host, and nobody else may write to it', async () => {
      await machine.exec('echo x >/root/bad; chmod 6777 /root/bad');
      await machine.copyOut('/root/bad', join(dir, 'bad'));
      expect(statSync(join(dir, 'bad')).mode & 0o7777).toBe(0o755);
    });

    it('that is not there, or too large, is refused', async () => {
      await expect(machine.copyOut('/nothing', join(dir, 'none'))).rejects.toMatchObject({
        code: 'copy',
        message: expect.stringContaining('cannot copy'),
      });
      await machine.exec('head -c 20000000 /dev/zero >/var/tmp/large; truncate -s 300M /var/tmp/larger');
      const file = join(dir, 'copied-out');
      await machine.copyOut('/var/tmp/large', file);
      expect(statSync(file).size).toBe(20_000_000);
      await expect(machine.copyOut('/var/tmp/larger', file)).rejects.toMatchObject({ code: 'copy' });
      expect(statSync(file).size).toBeLessThanOrEqual(256 * 2 ** 20);
      await machine.exec('rm /var/tmp/large /var/tmp/larger');
    }, 300_000);
  });

  it('makes a unix socket of the machine reachable', async () => {
    await machine.exec(
      'systemd-run -q --unit echo-socket systemd-socket-activate -a --inetd -l /run/echo.sock cat; ' +
        'for i in $(seq 100); do [ -S /run/echo.sock ] && break; sleep 0.1; done',
    );
    const socket = createConnection(await machine.forward('/run/echo.sock'));
    socket.write('hello');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe('hello');
    socket.destroy();
  });

  it("gives the kernel's log as it comes", async () => {
    let log = '';
    const { sharedLog } = machine;
    if (sharedLog !== undefined) {
      // Nobody writes to a log that is of others, too: the kernel does, of a cgroup of this machine.
      const follower = machine.followLog((records) => {
        log += records;
      });
      const { oomKills: before = 0 } = await follower.catchUp();
      expect(log).not.toContain(sharedLog.cgroup);
      const unit = `systemd-run --quiet --wait -p MemoryMax=20M -p MemorySwapMax=0 tail /dev/zero`;
      expect((await machine.exec(unit, { timeout: 120_000 })).exitCode).not.toBe(0);
      expect((await follower.catchUp()).oomKills).toBeGreaterThan(before);
      expect(log).toMatch(new RegExp(`^\\d+,\\d+,\\d+,[^;]*;oom-kill:.*${sharedLog.cgroup}.*task=tail`, 'm'));
      expect((await machine.exec('echo word >/dev/kmsg')).exitCode).not.toBe(0);
      return;
    }
    const follower = machine.followLog((records) => {
      log += records;
    });
    const word = randomBytes(8).toString('hex');
    await machine.exec(`echo ${word} >/dev/kmsg`);
    const { oomKills } = await follower.catchUp();
    // A record a line: priority,sequence,microseconds,flags;text.
    expect(log).toMatch(new RegExp(`^\\d+,\\d+,\\d+,[^;]*;${word}$`, 'm'));
    expect(oomKills ?? 0).toBeGreaterThanOrEqual(0);
  });

  it.skipIf(layers === undefined)(
    'takes on a layer while it runs; the one attached last is on top',
    async () => {
      expect((await machine.exec(versionOf)).exitCode).not.toBe(0);
      for (const { layer, version } of (await layers?.()) ?? []) {
        await machine.attach([layer]);
        await machine.attach([layer]);
        expect((await machine.exec(versionOf)).stdout).toContain(version);
      }
      expect((await machine.exec(['sh', '-c', 'command -v systemctl'])).exitCode).toBe(0);
    },
  );

  it('keeps what the console printed', async () => {
    expect(typeof (await machine.console())).toBe('string');
  });

  it('leaves alone what is in use, and makes nothing for who has gone away', async () => {
    const gone = AbortSignal.abort();
    await expect(provider.allocate(await specOf('unwanted'), gone)).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(await provider.reap({ all: true })).toEqual([]);
    expect((await machine.exec(['true'])).exitCode).toBe(0);
  });

  it('makes machines that share nothing that tells them apart, and tells when one is lost', async () => {
    const before = Date.now();
    await using other = await allocate('two');
    const ask = async (one: Machine, command: string) => (await one.exec(command)).stdout.trim();
    for (const command of [
      'cat /etc/machine-id',
      'hostname',
      'cat /proc/sys/kernel/random/uuid',
      'head -c 16 /dev/urandom | od -An -tx1',
    ]) {
      expect(await ask(machine, command)).not.toBe(await ask(other, command));
    }
    expect(await ask(other, 'cat /etc/hostname')).toBe(await ask(other, 'hostname'));
    const now = Number(await ask(other, 'date +%s%3N'));
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    // What one writes, the other doesn't see: neither on its disk nor in its memory.
    await machine.exec('echo mine >/var/tmp/file; echo mine >/run/file');
    expect(await ask(other, 'cat /var/tmp/file /run/file 2>&1 | grep -c "No such file"')).toBe('2');

    const waiting = other.exec(['sleep', '1000']).catch((error) => error);
    await lose(other);
    await expect.poll(() => other.lost.aborted, { timeout: 60_000 }).toBe(true);
    expect(await waiting).toMatchObject({ name: 'MachineError' });
    await expect(other.exec(['true'])).rejects.toMatchObject({ name: 'MachineError' });
    expect(typeof (await other.console())).toBe('string');
    // The other one has nothing to do with it.
    expect((await machine.exec(['true'])).exitCode).toBe(0);
    await other[Symbol.asyncDispose]();
  });

  it('finds what a killed process left, once', async () => {
    const file = join(dir, 'orphan.json');
    writeFileSync(file, JSON.stringify(await specOf('orphan')));
    const argv = ['--import', 'tsx', join(packageRoot(), 'test/vm/orphan.ts'), kind, file];
    const child = spawn(process.execPath, argv, {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(said)).toBe('there\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const reaped = await provider.reap({ all: false });
    expect(reaped).toMatchObject([{ id: 'orphan', session }]);
    expect(await provider.reap({ all: true })).toEqual([]);
    const { pid } = reaped[0] ?? {};
    // One that ended, and that nobody has waited for yet, has no command line.
    const argvOf = () => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (pid !== undefined && existsSync(`/proc/${pid}`)) expect(argvOf()).toBe('');
  });

  it('is gone when disposed of, however often, and its logs stay', async () => {
    await machine[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
    await expect.poll(() => machine.lost.aborted, { timeout: 10_000 }).toBe(true);
    await expect(machine.exec(['true'])).rejects.toMatchObject({ code: 'lost' });
    expect(typeof (await machine.console())).toBe('string');
    expect(await provider.reap({ all: true })).toEqual([]);
  });
}
