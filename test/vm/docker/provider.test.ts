/** The provider with engines that answer as real ones do, and refuse. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { thisOwner } from '../../../scripts/lib/owner.ts';
import { rememberEndpoint } from '../../../vm/docker/endpoints.ts';
import { LABEL } from '../../../vm/docker/labels.ts';
import { DockerProvider } from '../../../vm/docker/provider.ts';
import type { MachineSpec } from '../../../vm/machine.ts';
import { isolatedState, temporaryDir } from '../support.ts';
import { type Answer, ID, standIn } from './engine.ts';

const { signal } = new AbortController();
let dir = '';
beforeEach(async () => {
  dir = await isolatedState();
});

async function specOf(): Promise<MachineSpec> {
  const file = join(await temporaryDir(), 'image.squashfs');
  await writeFile(file, 'no squashfs');
  const layer = { name: 'trixie', file, sha256: '0'.repeat(64), bytes: 11 };
  return {
    id: 'm1',
    session: 's1',
    image: { name: 'trixie', layer, suite: 'trixie' },
    kernel: undefined,
    cgroup: 'v2',
    cpus: 2,
    memoryMiB: 512,
    diskMiB: 4096,
    network: false,
    layers: [],
    logDir: join(dir, 'logs'),
    keep: false,
    bootTimeout: 20_000,
  };
}

async function allocate(answers: Readonly<Record<string, Answer>>) {
  const engine = await standIn(answers);
  vi.stubEnv('DOCKER_HOST', `unix://${engine.socket}`);
  const error = await new DockerProvider().allocate(await specOf(), signal).catch((reason) => reason);
  return { error, asked: engine.asked };
}

describe('limits', () => {
  it('are what the engine says', async () => {
    const { socket } = await standIn();
    vi.stubEnv('DOCKER_HOST', `unix://${socket}`);
    const { unusable, fixed } = await new DockerProvider().limits();
    expect(unusable).toBeUndefined();
    expect(fixed.kernel?.value).toBe('6.1.0');
    expect(await new DockerProvider().probe()).toMatchObject({ name: 'Docker Engine 20.10.24' });
  });

  it('throw nothing where there is no engine, and say what to do', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${dir}/none`);
    const provider = new DockerProvider();
    expect((await provider.limits()).unusable).toMatch(/^no Docker Engine listens at .*\/none \(install it /);
    expect(await provider.probe()).toBeUndefined();
    vi.stubEnv('DOCKER_HOST', 'tcp://elsewhere:2375');
    expect((await new DockerProvider().limits()).unusable).toContain('an engine of this host alone');
    await expect(new DockerProvider().allocate(await specOf(), signal)).rejects.toMatchObject({
      name: 'MachineError',
    });
  });

  it.each([
    [{ SecurityOptions: ['name=rootless'] }, 'is rootless'],
    [{ MemoryLimit: false }, 'cgroup_enable=memory'],
  ])('refuse an engine that says %j', async (body, why) => {
    const about = { OSType: 'linux', CgroupVersion: '2', ...body };
    const { socket } = await standIn({ 'GET /info': { body: about } });
    vi.stubEnv('DOCKER_HOST', `unix://${socket}`);
    expect((await new DockerProvider().limits()).unusable).toContain(why);
  });
});

describe('a machine that an engine refuses', () => {
  const refusal = (message: string, status = 500): Answer => ({ status, body: { message } });

  it('for want of space says so, and leaves nothing', async () => {
    const { error, asked } = await allocate({
      'POST /containers/create': refusal('mkdir /var/lib/docker/overlay2/x: no space left on device'),
    });
    expect(error).toMatchObject({ name: 'MachineError', code: 'provider' });
    expect(error.message).toContain("the disk of the engine's data is full");
    expect(asked).not.toContain('DELETE /containers/ID');
  });

  it('once there is a container is removed', async () => {
    const { error, asked } = await allocate({
      'POST /containers/ID/start': refusal(
        'OCI runtime create failed: unable to apply caps: operation not permitted',
      ),
    });
    expect(error.message).toContain('lacks a capability');
    expect(asked.at(-1)).toBe('DELETE /containers/ID');
  });

  it('for want of a whole userland says what is wrong with it', async () => {
    const { error, asked } = await allocate({
      'GET /images/IMAGE/json': refusal('No such image', 404),
      'POST /images/create': { body: { status: `sha256:${ID}` } },
      'DELETE /images/sha256:ID': { body: [] },
    });
    expect(asked.at(-1)).toBe('DELETE /images/sha256:ID');
    expect(error).toMatchObject({ name: 'MachineError' });
    expect(error.message).toMatch(/can't read .*image.squashfs|sqfs2tar is not installed/);
  });
});

describe('what a crash left', () => {
  const label = (owner: unknown, keep: boolean) => ({
    [LABEL]: JSON.stringify({ id: 'm1', session: 's1', owner, logDir: '/logs', keep }),
  });
  const gone = { ...thisOwner(), pid: 1, started: 'long ago' };
  const listed = (owner: unknown, keep: boolean, State = 'running'): Readonly<Record<string, Answer>> => ({
    'GET /containers/json': { body: [{ Id: ID, State, Labels: label(owner, keep) }] },
  });

  it.each([
    ['the container of a process that is gone', gone, { keep: false, all: false }, 1],
    ['not that of one that runs', thisOwner(), { keep: false, all: true }, 0],
    ['not one of another host', { ...gone, host: 'other' }, { keep: false, all: true }, 0],
    ['not one that is kept', gone, { keep: true, all: false }, 0],
    ['one that is kept, where all are to go', gone, { keep: true, all: true }, 1],
  ])('is %s', async (_, owner, { keep, all }, count) => {
    const { socket, asked } = await standIn(listed(owner, keep));
    await rememberEndpoint(socket);
    // Whatever the environment says by now.
    vi.stubEnv('DOCKER_HOST', `unix://${dir}/none`);
    expect(await new DockerProvider().reap({ all })).toHaveLength(count);
    expect(asked.filter((what) => what.startsWith('DELETE'))).toHaveLength(count);
  });

  it('is found by its logs where it was kept, and not when it ended', async () => {
    const { socket } = await standIn(listed(gone, true));
    await rememberEndpoint(socket);
    expect(await new DockerProvider().kept('/logs')).toEqual(expect.arrayContaining(['docker', 'exec', ID]));
    expect(await new DockerProvider().kept('/other')).toBeUndefined();
    const ended = await standIn(listed(gone, true, 'exited'));
    await rememberEndpoint(ended.socket);
    expect(await new DockerProvider().reap({ all: false })).toHaveLength(1);
  });

  it('is looked for in no engine that never made one, and nothing fails where one is gone', async () => {
    const { socket, asked } = await standIn(listed(gone, false));
    vi.stubEnv('DOCKER_HOST', `unix://${socket}`);
    expect(await new DockerProvider().reap({ all: true })).toEqual([]);
    expect(asked).toEqual([]);
    await rememberEndpoint(`${dir}/none`);
    expect(await new DockerProvider().reap({ all: true })).toEqual([]);
  });
});
