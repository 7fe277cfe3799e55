import { expect, test } from 'vitest';
import { cniConfig, cniSetup } from '../../../scripts/suites/cri/cni.ts';
import { containerdConfig } from '../../../scripts/suites/cri/containerd-config.ts';
import { runHere, syntaxErrors } from '../support.ts';

test('pods get no way out: no route beside their subnet, and nothing is translated', () => {
  const [bridge] = JSON.parse(cniConfig()).plugins;
  expect(bridge).toMatchObject({ type: 'bridge', ipMasq: false });
  expect(JSON.stringify(bridge)).not.toMatch(/routes|isDefaultGateway/);
});

test('a plugin that is missing is named', () => {
  expect(syntaxErrors(cniSetup())).toBe('');
  const here = cniSetup().replaceAll('/usr/lib/cni', '/nowhere');
  expect(runHere(here)).toMatchObject({ exitCode: 1, stderr: 'there is no CNI plugin bridge in /nowhere\n' });
});

test('containerd looks for the plugins where they are, when pods have a network', () => {
  expect(containerdConfig('cgroupfs', 'pause', true)).toContain('bin_dir = "/usr/lib/cni"');
  expect(containerdConfig('cgroupfs', 'pause')).not.toContain('cni');
});
