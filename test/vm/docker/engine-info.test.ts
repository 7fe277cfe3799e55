import { describe, expect, it } from 'vitest';
import {
  capabilitiesOf,
  cgroupOf,
  type EngineInfo,
  type EngineVersion,
  limitsOf,
  nameOf,
} from '../../../vm/docker/engine-info.ts';

/** What Docker Engine 20.10.24 says of itself, as far as it is read. */
const info: EngineInfo = {
  OSType: 'linux',
  Architecture: 'x86_64',
  KernelVersion: '6.1.0-41-amd64',
  CgroupVersion: '2',
  CgroupDriver: 'systemd',
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=cgroupns'],
  MemoryLimit: true,
  NCPU: 4,
  MemTotal: 8 * 2 ** 30,
};
const version: EngineVersion = {
  Version: '20.10.24+dfsg1',
  ApiVersion: '1.41',
  Components: [{ Name: 'Engine' }, { Name: 'containerd' }, { Name: 'runc' }],
};
const podman: EngineVersion = {
  Version: '4.3.1',
  ApiVersion: '1.41',
  Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }],
};
const ALL = ['SYS_RESOURCE'];

describe('limitsOf', () => {
  it('has the kernel and the cgroup version of the host, and says what there is no more of', () => {
    const { unusable, fixed, most } = limitsOf(info, version, ALL);
    expect(unusable).toBeUndefined();
    expect(fixed.kernel).toEqual({
      value: '6.1.0-41-amd64',
      why: 'its machines are containers on the kernel of this host, Linux 6.1.0-41-amd64',
    });
    expect(fixed.cgroup?.value).toBe('v2');
    expect(Object.keys(fixed).sort()).toEqual(['cgroup', 'disk', 'kernel', 'kernelEvents', 'network']);
    expect(most).toMatchObject({ cpus: { value: 4 }, memory: { value: 8192 } });
  });

  it('says that a host has cgroup v1', () => {
    expect(limitsOf({ ...info, CgroupVersion: '1' }, version, ALL).fixed.cgroup).toEqual({
      value: 'v1',
      why: 'its machines are containers, and this host has cgroup v1',
    });
  });

  it('starts no pods where root may not lower an oom_score_adj', () => {
    expect(limitsOf(info, version, ['SYS_ADMIN']).fixed.pods?.why).toContain('lacks CAP_SYS_RESOURCE');
  });

  it.each([
    [
      'rootless',
      { ...info, SecurityOptions: ['name=seccomp,profile=default', 'name=rootless', 'name=cgroupns'] },
      version,
      /^Docker Engine 20.10.24 is rootless: .* an engine that runs as root is needed$/,
    ],
    [
      'too old',
      info,
      { ...version, Version: '19.03.15', ApiVersion: '1.40' },
      /19.03.15 is older than 20.10/,
    ],
    ['of Windows', { ...info, OSType: 'windows' }, version, /runs windows containers/],
    ['of another architecture', { ...info, Architecture: 'aarch64' }, version, /is on aarch64/],
    ['without memory limits', { ...info, MemoryLimit: false }, version, /cgroup_enable=memory/],
    ['silent on cgroups', { ...info, CgroupVersion: undefined }, version, /doesn't say which cgroup version/],
    [
      'Podman on cgroup v1',
      { ...info, CgroupVersion: '1' },
      podman,
      /^Podman 4.3.1 gives .*no cgroup namespace/,
    ],
    ['rootless Podman', { ...info, SecurityOptions: ['name=rootless'] }, podman, /^Podman 4.3.1 is rootless/],
  ])('makes no machine where the engine is %s', (_, about, by, why) => {
    const limits = limitsOf(about, by, ALL);
    expect(limits.unusable).toMatch(why);
    expect(limits.fixed).toEqual({});
  });
});

it('reads what engines leave out', () => {
  expect(limitsOf({ CgroupVersion: 'v2', SecurityOptions: null }, podman, ALL).unusable).toBeUndefined();
  expect(cgroupOf({})).toBeUndefined();
  expect(nameOf({})).toBe('Docker Engine of an unknown version');
  expect(nameOf(podman)).toBe('Podman 4.3.1');
});

it('says what runs the machines', () => {
  expect(capabilitiesOf('docker', version)).toEqual({
    provider: 'docker',
    version: '20.10.24+dfsg1',
    name: 'Docker Engine 20.10.24',
    accelerator: 'none',
    why: 'containers run on the kernel of this host',
  });
});
