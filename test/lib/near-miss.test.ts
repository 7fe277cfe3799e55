import { expect, it } from 'vitest';
import { nearest } from '../../scripts/lib/near-miss.ts';

it.each([
  ['cgrupDriver', ['cgroup', 'cgroupDriver'], 'cgroupDriver'],
  ['cgroup-driver', ['cgroup', 'cgroupDriver'], 'cgroupDriver'],
  ['CGROUP', ['cgroup', 'cgroupDriver'], 'cgroup'],
  ['conatinerd', ['containerd', 'runc'], 'containerd'],
  ['v3', ['v2', 'v1'], 'v2'],
  ['oom', ['oom-4427', 'smoke'], 'oom-4427'],
  ['cri', ['critical', 'crimson'], undefined],
  ['sm', ['smoke'], undefined],
  ['moonPhase', ['runc', 'kernel', 'cgroupDriver'], undefined],
  ['anything', [], undefined],
])('nearest(%s, %j) is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
