import { expect, it } from 'vitest';
import { containerdConfig, startCommand } from '../../../scripts/suites/cri/containerd-config.ts';

it.each(['cgroupfs', 'systemd'] as const)('config.toml with %s', async (driver) => {
  const text = containerdConfig(driver, 'registry.k8s.io/pause:3.9');
  await expect(text).toMatchFileSnapshot(`../../golden/cri/containerd-${driver}.toml`);
});

it('is started as a unit that is not the package’s, and waited for', () => {
  expect(startCommand()).toContain('--unit=repro-containerd.service --service-type=notify');
  expect(startCommand()).toMatch(/ \/usr\/bin\/containerd --config \/etc\/containerd\/config\.toml$/);
});
