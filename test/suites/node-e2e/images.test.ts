import { expect, test } from 'vitest';
import { missingImage } from '../../../scripts/suites/node-e2e/images.ts';

test.each([
  ['[sig-storage] Secrets should be consumable from pods in volume [NodeConformance]', 'agnhost'],
  ['[sig-storage] EmptyDir volumes should support (root,0777,tmpfs) [NodeConformance]', 'agnhost'],
  ['[k8s.io] Probing container should *not* be restarted with a tcp:8080 liveness probe', 'agnhost'],
  ['[k8s.io] MirrorPod when create a mirror pod  should be updated when static pod updated', 'nginx'],
  [
    '[k8s.io] Container Runtime blackbox test when running a container with a new image should be able to pull image',
    'a registry to pull from',
  ],
])('%s needs %s', (name, image) => {
  expect(missingImage(name)).toBe(image);
});

test.each([
  '[sig-api-machinery] Secrets should be consumable via the environment [NodeConformance]',
  '[k8s.io] Probing container should be restarted with a exec "cat /tmp/health" liveness probe [NodeConformance]',
  '[k8s.io] MirrorPodWithGracePeriod when create a mirror pod  mirror pod termination should satisfy grace period',
  '[k8s.io] Security Context When creating a container with runAsUser should run the container with uid 0 [LinuxOnly]',
  '[sig-storage] Projected combined should project all components that make up the projection API',
  '[sig-storage] EmptyDir volumes pod should support shared volumes between containers',
])('%s runs from busybox', (name) => {
  expect(missingImage(name)).toBeUndefined();
});
