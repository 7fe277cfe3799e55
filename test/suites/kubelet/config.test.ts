import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  killsGroup,
  kubeletArgs,
  kubeletConfig,
  parseMinor,
} from '../../../scripts/suites/kubelet/config.ts';
import { parseReservation, reservedBytes } from '../../../scripts/suites/kubelet/reservation.ts';

const MiB = 1024 ** 2;

describe('what is reserved', () => {
  const bytes = (text: string | number, total: number) => {
    const reservation = parseReservation(text);
    return reservation && reservedBytes(reservation, total);
  };

  it.each([
    ['0.35', 0.35 * 1000 * MiB],
    ['0', 0],
    ['100Mi', 100 * MiB],
    ['15M', 15e6],
  ])('%s', (text, expected) => expect(bytes(text, 1000 * MiB)).toBe(Math.floor(expected)));

  it.each(['', 'half', '-1'])('%j is nothing', (text) => expect(bytes(text, MiB)).toBeUndefined());
});

it.each([
  ['Kubernetes v1.20.2\n', 20],
  ['Kubernetes v1.33.0-alpha.1', 33],
  ['v1.20.2', undefined],
  ['', undefined],
])('the minor version of %j', (text, expected) => expect(parseMinor(text)).toBe(expected));

describe('the configuration', () => {
  const config = (minor: number, kubeReserved = 0) =>
    parse(kubeletConfig({ minor, driver: 'systemd', kubeReserved }));

  it('has the driver and the reservation', () => {
    expect(config(20, 100 * MiB)).toMatchObject({
      kind: 'KubeletConfiguration',
      cgroupDriver: 'systemd',
      kubeReserved: { memory: '104857600' },
      enforceNodeAllocatable: ['pods'],
    });
    expect(config(20)).not.toHaveProperty('kubeReserved');
  });

  it('has only fields that the version knows', () => {
    expect(config(26)).not.toHaveProperty('containerRuntimeEndpoint');
    expect(config(27).containerRuntimeEndpoint).toMatch(/^unix:\/\//);
    expect(config(30)).not.toHaveProperty('failCgroupV1');
    expect(config(31).failCgroupV1).toBe(false);
  });

  it.each([
    [20, true, true],
    [23, true, true],
    [24, false, true],
    [26, false, true],
    [27, false, false],
    [34, false, false],
  ])('1.%i is started with the flags that it knows', (minor, runtime, endpoint) => {
    const args = kubeletArgs(minor).join(' ');
    expect(args.includes('--container-runtime=remote')).toBe(runtime);
    expect(args.includes('--container-runtime-endpoint=')).toBe(endpoint);
  });
});

it('the kernel kills by container on cgroup v2 since 1.28', () => {
  expect(killsGroup(27, 'v2')).toBe(false);
  expect(killsGroup(28, 'v2')).toBe(true);
  expect(killsGroup(28, 'v1')).toBe(false);
});
