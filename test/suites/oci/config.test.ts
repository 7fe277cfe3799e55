import { describe, expect, it } from 'vitest';
import { cgroupOf, cgroupsPath, containerConfig } from '../../../scripts/suites/oci/config.ts';

const OPTIONS = {
  id: 'start-1',
  cgroup: 'v2',
  driver: 'cgroupfs',
  memoryLimit: 15 * 1024 ** 2,
  rootfs: '/var/lib/repro/oci/rootfs',
  args: ['/bin/sleep', '3600'],
} as const;
const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;

describe('containerConfig', () => {
  it('is a complete configuration, cgroup v2 with cgroupfs', async () => {
    await expect(pretty(containerConfig(OPTIONS))).toMatchFileSnapshot('../../golden/oci/v2-cgroupfs.json');
  });

  it('differs on v1 with systemd in the cgroup and its namespace alone', () => {
    const config = JSON.parse(containerConfig(OPTIONS));
    const other = JSON.parse(containerConfig({ ...OPTIONS, cgroup: 'v1', driver: 'systemd' }));
    expect(other.linux.cgroupsPath).toBe('repro.slice:repro:start-1');
    expect(other.linux.namespaces).not.toContainEqual({ type: 'cgroup' });
    other.linux.cgroupsPath = config.linux.cgroupsPath;
    other.linux.namespaces.push({ type: 'cgroup' });
    expect(other).toEqual(config);
  });

  it('has the limit in bytes', () => {
    expect(JSON.parse(containerConfig(OPTIONS)).linux.resources.memory).toEqual({ limit: 15728640 });
  });
});

it.each([
  ['cgroupfs', '/repro/start-1', '/repro/start-1'],
  ['systemd', 'repro.slice:repro:start-1', '/repro.slice/repro-start-1.scope'],
] as const)('%s: %s leads to %s', (driver, asked, found) => {
  expect(cgroupsPath(driver, 'start-1')).toBe(asked);
  expect(cgroupOf(driver, 'start-1')).toBe(found);
});
