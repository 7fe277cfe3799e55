import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { InterruptedError } from '../../scripts/lib/errors.ts';
import { sweepLocks, takeLock, withLock } from '../../scripts/lib/lock.ts';
import { type Owner, thisOwner } from '../../scripts/lib/owner.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';

let path: string;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-lock-'));
  path = join(dir, 'below', 'thing');
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** A promise, and what resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const HOUR = 3600 * 1000;

/** A lock as it lies on disk, with its holder's last renewal so many milliseconds ago. */
async function heldBy(owner: Owner, ago = 0): Promise<void> {
  await mkdir(`${path}.lock`, { recursive: true });
  await writeFile(join(`${path}.lock`, 'owner.json'), JSON.stringify({ ...owner, id: 'the-other' }));
  const when = new Date(Date.now() - ago);
  await utimes(`${path}.lock`, when, when);
}

const others = () => readdir(dirname(path));
const now = { wait: false } as const;

test('one at a time, and the one who waits is told once, with the holder', async () => {
  const [started, finish] = [gate(), gate()];
  const events: string[] = [];
  const first = withLock(path, async () => {
    started.open();
    await finish.opened;
    events.push('first');
  });
  await started.opened;
  const waiting = gate();
  const onWait = (holder: string) => {
    events.push(holder);
    waiting.open();
  };
  const second = withLock(path, async () => events.push('second'), { onWait });
  await waiting.opened;
  finish.open();
  await Promise.all([first, second]);
  expect(events).toEqual([`process ${process.pid} on host ${thisOwner().host}`, 'first', 'second']);
});

test('returns what the function returns, and is free again also after a failure', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await others()).toEqual([]);
  expect(await withLock(path, async () => 7)).toBe(7);
});

test('does not wait when told so, and names the holder', async () => {
  const inner = () => withLock(path, async () => undefined, now);
  await expect(withLock(path, inner)).rejects.toMatchObject({
    code: 'locked',
    message: `${path} is in use by process ${process.pid} on host ${thisOwner().host}`,
  });
});

test('waiting ends with an interrupt', async () => {
  const abort = new AbortController();
  const onWait = () => abort.abort();
  const inner = () => withLock(path, async () => undefined, { signal: abort.signal, onWait });
  await expect(withLock(path, inner)).rejects.toBeInstanceOf(InterruptedError);
});

test('the function sees the interrupt', async () => {
  const abort = new AbortController();
  await withLock(
    path,
    async (signal) => {
      expect(signal.aborted).toBe(false);
      abort.abort();
      expect(signal.aborted).toBe(true);
    },
    { signal: abort.signal },
  );
});

describe('a lock of a process that is gone', () => {
  const gone = { ...thisOwner(), started: '1' };

  test('is taken over at once, whatever the clock says, and leaves nothing', async () => {
    for (const ago of [0, HOUR, -HOUR]) {
      await heldBy(gone, ago);
      expect(await withLock(path, async () => 'mine', now)).toBe('mine');
      expect(await others()).toEqual([]);
    }
  });

  test('also one that this host had before it was started again', async () => {
    await heldBy({ ...thisOwner(), boot: 'an earlier one', machine: thisOwner().machine });
    const taking = withLock(path, async () => 'mine', now);
    // Without a machine-id, nobody knows that it was this host.
    if (thisOwner().machine === '') await expect(taking).rejects.toMatchObject({ code: 'locked' });
    else expect(await taking).toBe('mine');
  });

  test('leaves nothing either where its holder had taken it over from another that is gone', async () => {
    await heldBy(gone);
    const took = `${path}.the-first.lock`;
    await mkdir(took);
    await writeFile(join(took, 'owner.json'), JSON.stringify({ ...gone, id: 'the-first' }));
    await writeFile(`${path}.txt`, '');
    expect(await withLock(path, async () => 'mine', now)).toBe('mine');
    expect(await others()).toEqual(['thing.txt']);
  });

  test('goes to one of many that wait for it', async () => {
    await heldBy(gone);
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(path, work)));
    expect(most).toBe(1);
    expect(await others()).toEqual([]);
  });

  test('after kill -9 of a real process', async () => {
    const script = `import { takeLock } from './scripts/lib/lock.ts';
      await takeLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, argv, {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(takeLock(path, now)).rejects.toMatchObject({
      message: expect.stringContaining(`process ${child.pid} `),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await withLock(path, async () => 'mine', now)).toBe('mine');
  }, 60_000);
});

describe('a lock of a process that runs', () => {
  test('stays, though the clock jumps ahead and it could not renew for an hour', async () => {
    await heldBy(thisOwner(), HOUR);
    await expect(takeLock(path, now)).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('a lock of another host', () => {
  const far: Owner = { ...thisOwner(), host: 'far-away', machine: 'another' };

  test('stays while somebody renews it, and nobody asks the clock', async () => {
    await heldBy(far, HOUR);
    await expect(takeLock(path, now)).rejects.toMatchObject({
      message: expect.stringContaining('on host far-away'),
    });
  });

  test('is taken over when it was not renewed while this one watched', async () => {
    await heldBy(far, -HOUR);
    expect(await withLock(path, async () => 'mine', { patience: 150 })).toBe('mine');
  });

  test('so is one whose holder cannot be read', async () => {
    await heldBy(far);
    await writeFile(join(`${path}.lock`, 'owner.json'), '{');
    await expect(takeLock(path, now)).rejects.toMatchObject({
      message: `${path} is in use by another process`,
    });
    expect(await withLock(path, async () => 'mine', { patience: 150 })).toBe('mine');
  });
});

test('the function is told when another took the lock over, and leaves the lock to it', async () => {
  await withLock(
    path,
    async (signal) => {
      const lost = new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
      await rm(`${path}.lock`, { recursive: true });
      await heldBy(thisOwner());
      expect(await lost).toMatchObject({ code: 'lock-lost' });
    },
    { renewal: 20 },
  );
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test('a lock that was left and cannot be moved is told, and not tried for ever', async () => {
  await heldBy({ ...thisOwner(), pid: 2 ** 22 + 1, started: '1' });
  // In the way of moving it.
  await writeFile(`${path}.the-other.lock`, '');
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'lock' });
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test('sweeping removes old locks without a name, and no folder of the user that is called like one', async () => {
  const old = new Date(Date.now() - 2 * HOUR);
  for (const name of ['nameless', 'damaged', 'theirs']) {
    const dir = join(dirname(path), `${name}.lock`);
    await mkdir(dir, { recursive: true });
    if (name === 'damaged') await writeFile(join(dir, 'owner.json'), '{');
    if (name === 'theirs') await writeFile(join(dir, 'notes.txt'), 'mine');
    await utimes(dir, old, old);
  }
  await sweepLocks(dirname(path));
  expect(await others()).toEqual(['theirs.lock']);
});
