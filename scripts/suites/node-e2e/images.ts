/**
 * Which tests need an image that nobody has without a registry. Pure.
 *
 * A test doesn't say what it runs, so it is known from the sources: `test/e2e/common` and `test/e2e_node` of
 * Kubernetes 1.20. A test that no line names is run; should it need an image after all, its pod says so.
 */
import type { ImageDefinition } from '../cri/image.ts';

const BUSYBOX_COMMAND = ['/bin/sh'];
const PAUSE_COMMAND = ['/bin/sleep', 'infinity'];

/** Names by which the tests ask for busybox and pause; `test/utils/image/manifest.go` of 1.20 and 1.30. */
export const E2E_IMAGES: readonly ImageDefinition[] = [
  { ref: 'docker.io/library/busybox:1.29', command: BUSYBOX_COMMAND, user: '' },
  { ref: 'k8s.gcr.io/e2e-test-images/busybox:1.29', command: BUSYBOX_COMMAND, user: '' },
  { ref: 'k8s.gcr.io/pause:3.2', command: PAUSE_COMMAND, user: '65535' },
];

interface Need {
  /** Of the test's full name. */
  readonly tests: RegExp;
  readonly image: string;
}

const AGNHOST = 'agnhost';
const REGISTRY = 'a registry to pull from';

const NEEDS: readonly Need[] = [
  { tests: /^\[sig-storage\] (?:Secrets|HostPath|EmptyDir volumes (?!pod should support))/, image: AGNHOST },
  { tests: /^\[sig-storage\] (?:ConfigMap|Downward API volume)/, image: AGNHOST },
  { tests: /^\[sig-storage\] Projected (?:secret|configMap|downwardAPI)/, image: AGNHOST },
  { tests: /^\[sig-network\] Networking Granular Checks/, image: AGNHOST },
  { tests: /(?:KubeletManagedEtcHosts|Container Lifecycle Hook|Docker Containers) /, image: AGNHOST },
  { tests: /Probing container .*(?:http|tcp:\d+|monotonically|readiness probe)/, image: AGNHOST },
  { tests: /Pods should contain environment variables for services/, image: AGNHOST },
  { tests: /\[sig-node\] PodTemplates|Container Manager Misc/, image: AGNHOST },
  {
    tests:
      /Pods should (?:be submitted and removed|be updated|allow activeDeadline|have their auto-restart|support pod readiness gates)/,
    image: 'nginx',
  },
  { tests: /MirrorPod when create a mirror pod/, image: 'nginx' },
  { tests: /AllowPrivilegeEscalation/, image: 'nonewprivs' },
  { tests: /Security Context .*runAsNonRoot/, image: 'nonroot' },
  { tests: /with a new image/, image: REGISTRY },
  { tests: /GKE system requirements|Docker features|dockershim/i, image: 'docker' },
  { tests: /Node Performance Testing/, image: 'node-perf' },
  { tests: /LocalStorageCapacityIsolationQuotaMonitoring/, image: 'perl' },
  { tests: /NodeProblemDetector/, image: 'node-problem-detector' },
  { tests: /NVIDIA GPU Device Plugin/, image: 'nvidia-gpu-device-plugin' },
];

/** What a test needs and isn't there; undefined when nothing is known to be missing. */
export function missingImage(test: string): string | undefined {
  return NEEDS.find(({ tests }) => tests.test(test))?.image;
}
