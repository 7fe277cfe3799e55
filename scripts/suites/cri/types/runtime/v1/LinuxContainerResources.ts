// Original file: scripts/suites/cri/cri.proto

import type { Long } from '@grpc/proto-loader';

export interface LinuxContainerResources {
  'cpuShares'?: (number | string | Long);
  'memoryLimitInBytes'?: (number | string | Long);
  'oomScoreAdj'?: (number | string | Long);
}

export interface LinuxContainerResources__Output {
  'cpuShares': (number);
  'memoryLimitInBytes': (number);
  'oomScoreAdj': (number);
}
