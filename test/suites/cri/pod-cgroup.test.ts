import { describe, expect, it } from 'vitest';
import {
  burstableOomScoreAdj,
  cgroupParent,
  createPodCgroup,
  type PodCgroup,
  podCgroupPath,
  readPodCgroup,
  removePodCgroup,
} from '../../../scripts/suites/cri/pod-cgroup.ts';
import { syntaxErrors } from '../support.ts';

const uid = '1b4e28ba-2fa1-11d2-883f-b9a761bde3fb';
const limit = 15 * 1024 ** 2;
const grid: PodCgroup[] = (['v1', 'v2'] as const).flatMap((version) =>
  (['cgroupfs', 'systemd'] as const).map((driver) => ({ version, driver, uid })),
);

describe("the kubelet's names", () => {
  it('are paths for cgroupfs', () => {
    const pod: PodCgroup = { version: 'v2', driver: 'cgroupfs', uid };
    expect(cgroupParent(pod)).toBe('/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb');
    expect(podCgroupPath(pod)).toBe(cgroupParent(pod));
  });

  it('are slices for systemd, whose dashes are levels', () => {
    const pod: PodCgroup = { version: 'v2', driver: 'systemd', uid };
    const slice = 'kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice';
    expect(cgroupParent(pod)).toBe(slice);
    expect(podCgroupPath(pod)).toBe(`/kubepods.slice/kubepods-burstable.slice/${slice}`);
  });
});

/** By the kubelet's formula: 1000 less the thousandths asked for, between 3 and 999. */
it.each([
  [15 * 1024 ** 2, 2048 * 1024 ** 2, 993],
  [0, 2048 * 1024 ** 2, 999],
  [1, 2048 * 1024 ** 2, 999],
  [4_000_000_000, 8_000_000_000, 500],
  [8_000_000_000, 8_000_000_000, 3],
])('a burstable container asking for %d of %d bytes has oom_score_adj %d', (request, capacity, expected) => {
  expect(burstableOomScoreAdj(request, capacity)).toBe(expected);
});

describe.each(grid)('$version with $driver', (pod) => {
  it('the scripts are sh', () => {
    for (const script of [createPodCgroup(pod, limit), readPodCgroup(pod, '/x'), removePodCgroup(pod)]) {
      expect(syntaxErrors(script)).toBe('');
    }
  });

  it('create checks the limit', () => {
    const root = pod.version === 'v2' ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const file = pod.version === 'v2' ? 'memory.max' : 'memory.limit_in_bytes';
    expect(createPodCgroup(pod, limit)).toContain(
      `echo ${limit} >${root}${podCgroupPath(pod)}/${file}\nread -r limit <`,
    );
  });

  it('create is golden', async () => {
    const name = `../../golden/cri/pod-cgroup-${pod.version}-${pod.driver}.sh`;
    await expect(`${createPodCgroup(pod, limit)}\n`).toMatchFileSnapshot(name);
  });
});

it('a limit is expected back in whole pages', () => {
  expect(createPodCgroup({ version: 'v2', driver: 'cgroupfs', uid }, 10_000)).toContain(
    '[ "$limit" = 8192 ]',
  );
});
