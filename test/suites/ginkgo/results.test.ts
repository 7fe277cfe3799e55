import { describe, expect, test } from 'vitest';
import { imageInFailure } from '../../../scripts/suites/ginkgo/results.ts';

describe('a failure that is the want of an image', () => {
  test.each([
    [
      'Failed to pull image "k8s.gcr.io/e2e-test-images/agnhost:2.21": rpc error',
      'k8s.gcr.io/e2e-test-images/agnhost:2.21',
    ],
    [
      'Container image "docker.io/library/nginx:1.14-alpine" is not present with pull policy of Never',
      'docker.io/library/nginx:1.14-alpine',
    ],
    [
      'rpc error: failed to pull and unpack image "registry.k8s.io/e2e-test-images/nginx:1.14-2": failed to resolve',
      'registry.k8s.io/e2e-test-images/nginx:1.14-2',
    ],
    ['waiting: &ContainerStateWaiting{Reason:ErrImageNeverPull,}', 'an image'],
  ])('%s', (message, image) => {
    expect(imageInFailure(message)).toBe(image);
  });

  test('and one that is something else', () => {
    expect(imageInFailure('timed out waiting for the condition')).toBeUndefined();
  });
});
