/** A Docker Engine of a test's own: this host's isn't touched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../scripts/lib/exec.ts';
import { Engine } from '../../vm/docker/engine.ts';

export interface OwnEngine extends AsyncDisposable {
  readonly socket: string;
}

/** `dataMiB`: of the disk that its data may take; default: the host's. */
export async function startDocker({ dataMiB }: { readonly dataMiB?: number } = {}): Promise<OwnEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'repro-engine-'));
  const socket = join(dir, 's');
  mkdirSync(join(dir, 'data'));
  if (dataMiB !== undefined) {
    await run(['mount', '-t', 'tmpfs', '-o', `size=${dataMiB}m`, 'tmpfs', join(dir, 'data')]);
  }
  const log = join(dir, 'log');
  const output = openSync(log, 'w');
  const child = spawn('dockerd', optionsOf(dir, socket), {
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const end = async () => {
    await endProcess(child);
    await unmountBelow(dir);
    rmSync(dir, { recursive: true, force: true });
  };
  const answers = () =>
    Engine.at(socket)
      .then((engine) => engine.about())
      .then(
        () => true,
        () => false,
      );
  // A busy host is no failure.
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) break;
    if (existsSync(socket) && (await answers())) return { socket, [Symbol.asyncDispose]: end };
    await sleep(200);
  }
  const said = readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
  await end();
  throw new Error(`dockerd does not start:\n${said}`);
}

function optionsOf(dir: string, socket: string): string[] {
  return [
    ...['--host', `unix://${socket}`, '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
    // No bridge, and no rule of the firewall: nothing of the host is changed.
    ...['--pidfile', join(dir, 'pid'), '--bridge=none', '--iptables=false', '--ip6tables=false'],
  ];
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await exited;
  clearTimeout(late);
}

/** What a killed one leaves mounted. */
async function unmountBelow(dir: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${dir}/`));
  for (const path of mounts.reverse()) await run(['umount', '--lazy', path]).catch(() => undefined);
}
