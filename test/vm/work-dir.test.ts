import { mkdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenOnce } from '../../vm/agent/listen.ts';
import { isShort, makeWorkDirs } from '../../vm/work-dir.ts';
import { temporaryDir } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

async function dirsIn(name: string) {
  const parent = join(await temporaryDir(), name);
  mkdirSync(parent, { recursive: true });
  vi.stubEnv('TMPDIR', parent);
  const dirs = await makeWorkDirs();
  onTestFinished(() => rmSync(dirs.sockets, { recursive: true, force: true }));
  return { parent, ...dirs };
}

describe('makeWorkDirs', () => {
  it('is one folder where its path is short', async () => {
    const { parent, dir, sockets } = await dirsIn('t');
    expect(dir.startsWith(`${parent}/repro-`)).toBe(true);
    expect(sockets).toBe(dir);
  });

  it.each([
    ['longer than the path of a socket', `${'d'.repeat(60)}/${'e'.repeat(60)}`],
    ['with a space, a comma, a percent sign and a line break', 'a b,c%d\ne'],
    ['with letters of more than a byte', 'ä'.repeat(30)],
  ])('has sockets in a place of their own when TMPDIR is %s', async (_, name) => {
    const { parent, dir, sockets } = await dirsIn(name);
    expect(dir.startsWith(`${parent}/repro-`)).toBe(true);
    expect(sockets.startsWith(parent)).toBe(false);
    expect(statSync(sockets).mode & 0o777).toBe(0o700);
    const path = join(sockets, 'agent');
    using listener = await listenOnce(path);
    expect(statSync(path).isSocket()).toBe(true);
    connect(path).unref();
    (await listener.socket).destroy();
  });

  it('says what is wrong with TMPDIR, and leaves nothing', async () => {
    vi.stubEnv('TMPDIR', join(await temporaryDir(), 'none'));
    await expect(makeWorkDirs()).rejects.toMatchObject({
      code: 'provider',
      message: expect.stringContaining('none": ENOENT'),
      hint: expect.stringContaining('TMPDIR'),
    });
  });
});

it('is elsewhere when the folder for sockets would have a long or an odd path', async () => {
  for (const odd of ['run', `/${'r'.repeat(90)}`, join(await temporaryDir(), 'a b')]) {
    vi.stubEnv('XDG_RUNTIME_DIR', odd);
    const { sockets } = await dirsIn('d'.repeat(90));
    expect(sockets.startsWith('/tmp/')).toBe(true);
    rmSync(odd, { recursive: true, force: true });
  }
});

it('isShort counts bytes', () => {
  const most = 103 - '/fwd99'.length;
  expect(isShort(`/${'a'.repeat(most - 1)}`)).toBe(true);
  expect(isShort(`/${'a'.repeat(most)}`)).toBe(false);
});
