/** The host's end against the real agent, which runs here as a process of this host. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HostWait } from '../../../scripts/lib/limit.ts';
import { packageRoot } from '../../../scripts/lib/paths.ts';
import { AgentLink } from '../../../vm/agent/link.ts';
import { MAX_OUTPUT } from '../../../vm/machine.ts';
import { STANDSTILL, temporaryDir } from '../support.ts';

const AGENT = join(packageRoot(), 'vm/guest/rootfs/usr/lib/repro/agent');

function start(options: { log?: readonly string[]; wait?: HostWait } = {}): {
  link: AgentLink;
  agent: ChildProcess;
} {
  const { log = [], wait } = options;
  const agent = spawn('perl', ['-w', AGENT, '-', ...log], { stdio: ['pipe', 'pipe', 'inherit'] });
  const link = new AgentLink(Duplex.from({ readable: agent.stdout, writable: agent.stdin }), wait);
  onTestFinished(() => {
    link[Symbol.dispose]();
    agent.kill('SIGKILL');
  });
  return { link, agent };
}

describe('commands', () => {
  it('hand back exit code, stdout and stderr', async () => {
    const { link } = start();
    expect(await link.exec('printf out; printf err >&2; exit 7')).toEqual({
      exitCode: 7,
      stdout: 'out',
      stderr: 'err',
    });
    expect(await link.exec(['no-such-program'])).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('no-such-program: No such file'),
    });
    expect((await link.exec('kill -TERM $$')).exitCode).toBe(128 + 15);
  });

  it('have the time that their machine gets, not that of the clock', async () => {
    expect(
      await start({ wait: STANDSTILL }).link.exec('sleep 1.2; echo late', { timeout: 1000 }),
    ).toMatchObject({
      stdout: 'late\n',
    });
    const { link } = start({ wait: { ms: 0, slowdown: 1 } });
    await expect(link.exec('sleep 1.2; echo late', { timeout: 1000 })).rejects.toMatchObject({
      code: 'exec-timeout',
      message: 'a command did not end within 1 s on the machine',
    });
  });

  it('get an argv word by word, and stdin as it is', async () => {
    const { link } = start();
    const odd = `a  b'"$HOME\\*\n`;
    expect((await link.exec(['printf', '%s', odd, ''])).stdout).toBe(odd);
    const text = 'line\n'.repeat(200_000);
    expect((await link.exec(['cat'], { stdin: text })).stdout).toBe(text);
    expect((await link.exec(['cat'])).stdout).toBe('');
  });

  it('may be many at a time, and write more than the stream takes at once', async () => {
    const { link } = start();
    const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const results = await Promise.all(words.map((word) => link.exec(`yes ${word} | head -c 1000000`)));
    expect(results.map(({ stdout }) => stdout)).toEqual(words.map((word) => `${word}\n`.repeat(500_000)));
  });

  it('take a stream, and leave bytes as they are', async () => {
    const { link } = start();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    const stdin = Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]);
    expect((await link.run(['cat'], { stdin })).stdout.equals(bytes)).toBe(true);
  });

  it('that read nothing do not hold up those that feed them', async () => {
    const { link } = start();
    const stdin = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(100_000)));
    expect((await link.run(['true'], { stdin })).exitCode).toBe(0);
    expect((await link.exec('echo on')).stdout).toBe('on\n');
  });

  it('are over when their program is, whoever still holds its stdout', async () => {
    const { link } = start();
    const { stdout } = await link.exec('echo first; sleep 30 & echo last');
    expect(stdout).toBe('first\nlast\n');
  });

  it('that outlive their time are killed with all that they started', async () => {
    const { link } = start();
    const running = link.exec('sleep 1234.5 & echo $!; wait', { timeout: 300 });
    await expect(running).rejects.toMatchObject({ code: 'exec-timeout' });
    expect((await link.exec(['pgrep', '-f', '^sleep 1234.5'])).stdout).toBe('');
  });

  it('end with whoever asked for them', async () => {
    const { link } = start();
    const abort = new AbortController();
    const running = link.exec(['sleep', '1000'], { signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await expect(link.exec(['true'], { signal: abort.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect((await link.exec(['true'])).exitCode).toBe(0);
  });

  it('end even when they are asked to in the moment in which they begin', async () => {
    const { link } = start();
    const many = Array.from({ length: 50 }, () => {
      const abort = new AbortController();
      const running = link.exec(['sleep', '1000'], { signal: abort.signal });
      abort.abort();
      return running;
    });
    for (const result of await Promise.allSettled(many)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'interrupted' } });
    }
    expect((await link.exec('pgrep -P $PPID sleep')).stdout).toBe('');
  });

  it('fail, and those to come too, when the agent is gone', async () => {
    const { link, agent } = start();
    const running = link.exec(['sleep', '1000']);
    agent.kill('SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'lost' });
    await expect(link.exec(['true'])).rejects.toMatchObject({ code: 'lost' });
  });

  it('do not inherit what makes the agent outlive a guest that is out of memory', async () => {
    const { link } = start();
    expect((await link.exec(['cat', '/proc/self/oom_score_adj'])).stdout).toBe('0\n');
  });
});

describe('sockets', () => {
  it('carry bytes both ways, until either side ends', async () => {
    const path = join(await temporaryDir(), 'echo');
    const server = createServer((socket) => socket.pipe(socket)).listen(path);
    onTestFinished(() => void server.close());
    const { link } = start();
    const socket = link.connect(path);
    const text = 'ping '.repeat(50_000);
    socket.end(text);
    expect(Buffer.concat(await socket.toArray()).toString()).toBe(text);
  });

  it('that nobody listens at say so', async () => {
    const { link } = start();
    const [error] = await once(link.connect('/nothing/here'), 'error');
    expect(error).toMatchObject({ message: expect.stringContaining('No such file or directory') });
  });

  it('break when the agent is gone', async () => {
    const path = join(await temporaryDir(), 'quiet');
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    const { link, agent } = start();
    const socket = link.connect(path);
    socket.resume();
    agent.kill('SIGKILL');
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'lost' });
  });
});

describe('the kernel log', () => {
  /** A pipe in place of /dev/kmsg: it holds what was written until it is read, too. */
  async function kernel() {
    const path = join(await temporaryDir(), 'kmsg');
    spawnSync('mkfifo', [path]);
    const pipe = await open(path, 'r+');
    onTestFinished(() => pipe.close());
    const said: string[] = [];
    const { link, agent } = start({ log: [path] });
    const follow = () => link.followLog((records) => said.push(records));
    const says = async (sequence: number, message: string) => {
      await pipe.write(`4,${sequence},1000000,-;${message}\n`);
    };
    return { pipe, link, agent, said, follow, says };
  }

  it('has come as far as was asked for when the answer comes, what was logged before anyone followed included', async () => {
    const { said, follow, says } = await kernel();
    await says(0, 'boot');
    const log = follow();
    await log.catchUp();
    expect(said.join('')).toBe('4,0,1000000,-;boot\n');
    await says(1, 'one');
    await says(2, 'two');
    await Promise.all([log.catchUp(), log.catchUp()]);
    expect(said.join('').match(/boot|one|two/g)).toEqual(['boot', 'one', 'two']);
  });

  it('comes without being asked for, a line a record', async () => {
    const { pipe, said, follow } = await kernel();
    follow();
    await pipe.write('6,0,1,-;a\n SUBSYSTEM=virtio\n DEVICE=b254:0\n4,1,2,-;b\n');
    await vi.waitFor(() => expect(said.join('')).toBe('6,0,1,-;a\n4,1,2,-;b\n'));
  });

  it('comes beside commands, and more of it than the stream takes at once', async () => {
    const { link, said, follow, says } = await kernel();
    const log = follow();
    const flood = async () => {
      for (let n = 0; n < 2000; n++) await says(n, 'x'.repeat(500));
    };
    await Promise.all([flood(), link.exec('yes | head -c 1000000')]);
    await log.catchUp();
    const numbers = [...said.join('').matchAll(/^4,(\d+),/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  });

  it('has the count of OOM kills that the kernel keeps', async () => {
    const { follow } = await kernel();
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    expect(await follow().catchUp()).toEqual({ oomKills: Number(count) });
  });

  it('goes to the follower that came last', async () => {
    const { said, follow, says } = await kernel();
    const first = follow();
    await first.catchUp();
    const second = follow();
    await says(0, 'a');
    await second.catchUp();
    expect(said).toEqual(['4,0,1000000,-;a\n']);
    await expect(first.catchUp()).rejects.toMatchObject({ code: 'provider' });
  });

  it('that cannot be read, or is read no longer, says so', async () => {
    const { link } = start({ log: ['/no/such/log'] });
    await expect(link.followLog(() => undefined).catchUp()).rejects.toThrow('kernel log cannot be read');
    const { agent, follow } = await kernel();
    const log = follow();
    await log.catchUp();
    agent.kill('SIGKILL');
    await expect(log.catchUp()).rejects.toMatchObject({ code: 'lost' });
  });
});

it('every type of frame that the agent knows is written down in it', () => {
  const text = readFileSync(AGENT, 'utf8');
  for (const type of 'xcifknaoeqls') expect(text).toMatch(new RegExp(`^#.* ${type}  `, 'm'));
});

describe('output without an end', () => {
  const MEBIBYTE = 2 ** 20;

  it('takes no more of the host than its limit, and tells how much was left out', async () => {
    const { link } = start();
    await link.exec('head -c 1000000 /dev/zero');
    const before = process.memoryUsage();
    let peak = 0;
    const look = setInterval(() => {
      const { arrayBuffers, external } = process.memoryUsage();
      peak = Math.max(peak, arrayBuffers - before.arrayBuffers, external - before.external);
    }, 5);
    onTestFinished(() => clearInterval(look));
    const script = `echo first; head -c ${200 * MEBIBYTE} /dev/zero; echo; echo last`;
    const result = await link.exec(script, { maxOutput: 2 * MEBIBYTE });
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(64 * MEBIBYTE);
    const omitted = 198 * MEBIBYTE + 'first\n'.length + '\nlast\n'.length;
    expect(result).toMatchObject({ exitCode: 0, truncated: { stdout: omitted, stderr: 0 } });
    expect(result.stdout.startsWith('first\n')).toBe(true);
    expect(result.stdout.endsWith('\nlast\n')).toBe(true);
    expect(result.stdout).toContain(`\n... ${omitted.toLocaleString('en-US')} bytes left out ...\n`);
  }, 120_000);

  it('is an error where all of it was asked for, and the next command has its answer', async () => {
    const { link } = start();
    const flood = `head -c ${MAX_OUTPUT + 1} /dev/zero >&2`;
    await expect(link.exec(flood)).rejects.toMatchObject({
      code: 'output-too-large',
      message: expect.stringContaining('8,388,609 bytes to stderr'),
    });
    expect(await link.exec(`head -c ${MAX_OUTPUT} /dev/zero | tr '\\0' x`)).toMatchObject({ exitCode: 0 });
    expect((await link.exec('echo on')).stdout).toBe('on\n');
  });

  it('of what a program left running does not keep its answer', async () => {
    const { link } = start();
    const { stdout } = await link.exec('yes & echo done', { maxOutput: MEBIBYTE, timeout: 20_000 });
    expect(stdout).toContain('done\n');
  });

  it('of a socket that nobody reads ends its connection, and no other', async () => {
    const { link } = start();
    const path = join(await temporaryDir(), 'flood');
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(MEBIBYTE)));
      };
      socket.on('drain', more);
      more();
    }).listen(path);
    onTestFinished(() => void server.close());
    const connection = link.connect(path);
    const [error] = await once(connection, 'error');
    expect(error).toMatchObject({ code: 'provider', message: expect.stringContaining('wait to be read') });
    expect((await link.exec('echo on')).stdout).toBe('on\n');
  });
});
