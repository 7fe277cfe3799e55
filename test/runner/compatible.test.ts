import { describe, expect, it } from 'vitest';
import { checkKernel } from '../../scripts/runner/compatible.ts';

const v1 = { axes: { cgroup: 'v1' } };

describe('checkKernel', () => {
  it.each([
    ['v1 before the switch', v1, '6.1.0-50-cloud-amd64', {}],
    ['v1 with the switch on', v1, '6.12.1', { CONFIG_MEMCG_V1: 'y' }],
    ['v2 without it', { axes: { cgroup: 'v2' } }, '6.12.1', {}],
    ['the default, v2', { axes: {} }, '7.2.12', {}],
  ])('allows %s', (_, cell, release, config) => {
    expect(() => checkKernel(cell, { release, config })).not.toThrow();
  });

  it.each(['6.11.0', '6.12.117+deb13-cloud-amd64', '7.2.12+deb14-cloud-amd64'])(
    'refuses v1 on %s',
    (release) => {
      expect(() => checkKernel(v1, { release, config: { CONFIG_MEMCG: 'y' } })).toThrow(/CONFIG_MEMCG_V1/);
    },
  );
});
