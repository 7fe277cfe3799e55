import { describe, expect, it } from 'vitest';
import { thisOwner } from '../../../scripts/lib/owner.ts';
import { addressOf } from '../../../vm/docker/address.ts';
import { containerOptions } from '../../../vm/docker/container.ts';
import { LABEL, labelsOf, readLabel } from '../../../vm/docker/labels.ts';
import { rightsOf } from '../../../vm/docker/rights.ts';
import type { MachineSpec } from '../../../vm/machine.ts';

const spec: MachineSpec = {
  id: 'm1',
  session: 's1',
  image: undefined,
  kernel: undefined,
  cgroup: 'v2',
  cpus: 2,
  memoryMiB: 1024,
  diskMiB: 4096,
  network: false,
  layers: [],
  logDir: 'logs/m1',
  keep: false,
  bootTimeout: 1000,
};
const order = {
  spec,
  image: 'repro-machine:0123',
  init: 'exec true',
  hostname: 'm1',
  cgroup: 'v2',
  hostCpus: 8,
  capabilities: ['SYS_ADMIN'],
  labels: {},
} as const;

describe('a container', () => {
  const { HostConfig: host = {}, ...rest } = containerOptions(order);

  it('has no right that is not named, no device of the host but its log to read, no network, no swap', () => {
    expect(host).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: ['SYS_ADMIN'],
      NetworkMode: 'none',
      CgroupnsMode: 'private',
      Devices: [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg', CgroupPermissions: 'r' }],
      Memory: 2 ** 30,
      MemorySwap: 2 ** 30,
    });
    expect(host.Privileged).toBeUndefined();
    expect(host.Binds).toBeUndefined();
    expect(host.Mounts).toBeUndefined();
    expect(host.MemorySwappiness).toBeUndefined();
    // What the engine masks and shows read-only stays so.
    expect(host).not.toHaveProperty('MaskedPaths');
    expect(host).not.toHaveProperty('ReadonlyPaths');
  });

  it('has the CPUs that it is to have, as far as the host has them', () => {
    expect(host.CpusetCpus).toBe('0-1');
    expect(containerOptions({ ...order, hostCpus: 1 }).HostConfig?.CpusetCpus).toBe('0-0');
  });

  it('swaps nothing with cgroup v1 either, where a limit is not handed on', () => {
    expect(containerOptions({ ...order, cgroup: 'v1' }).HostConfig?.MemorySwappiness).toBe(0);
  });

  it('has a name that an engine takes', () => {
    expect(rest.name).toBe('repro-s1-m1');
    expect(containerOptions({ ...order, spec: { ...spec, id: 'a b/ü' } }).name).toMatch(/^repro-s1-[\w.-]+$/);
  });
});

describe('what a container says of itself', () => {
  it('tells whose machine it is', () => {
    const label = readLabel(labelsOf(spec, thisOwner()));
    expect(label).toMatchObject({ id: 'm1', session: 's1', keep: false, owner: thisOwner() });
    expect(label?.logDir).toMatch(/^\/.*logs\/m1$/);
  });

  it.each([
    ['no label', {}],
    ['no JSON', { [LABEL]: 'x' }],
    ['another shape', { [LABEL]: '{"id":1}' }],
    ['nothing at all', null],
  ])('is nothing where it has %s', (_, labels) => {
    expect(readLabel(labels)).toBeUndefined();
  });
});

describe('the rights of a machine', () => {
  it('are those that this host has, but for what reaches the host alone', () => {
    const all = rightsOf('CapBnd:\t000001ffffffffff\n');
    expect(all).toEqual(
      expect.arrayContaining(['SYS_ADMIN', 'SYS_RESOURCE', 'SYSLOG', 'NET_ADMIN', 'MKNOD']),
    );
    for (const name of ['SYS_MODULE', 'SYS_TIME', 'SYS_BOOT', 'SYS_RAWIO', 'MAC_ADMIN', 'BPF']) {
      expect(all).not.toContain(name);
    }
    expect(rightsOf('')).toEqual(all);
  });

  it('lack what the bounding set lacks: CAP_SYS_RESOURCE is number 24', () => {
    const some = rightsOf('CapInh:\t0\nCapBnd:\t000001fffeffffff\n');
    expect(some).not.toContain('SYS_RESOURCE');
    expect(some).toEqual(rightsOf('').filter((name) => name !== 'SYS_RESOURCE'));
  });
});

describe('where the engine listens', () => {
  it.each([
    [undefined, '/var/run/docker.sock'],
    ['', '/var/run/docker.sock'],
    ['unix:///run/user/1000/podman/podman.sock', '/run/user/1000/podman/podman.sock'],
  ])('is, by DOCKER_HOST=%s, %s', (said, path) => {
    expect(addressOf({ DOCKER_HOST: said })).toEqual({ kind: 'socket', path });
  });

  it.each(['tcp://build:2376', 'ssh://me@lab', 'unix://', 'somewhere'])('is not %s', (said) => {
    const address = addressOf({ DOCKER_HOST: said });
    expect(address).toMatchObject({ kind: 'unusable', why: expect.stringContaining(said) });
  });
});
