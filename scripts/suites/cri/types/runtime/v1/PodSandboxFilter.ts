// Original file: scripts/suites/cri/cri.proto


export interface PodSandboxFilter {
  'id'?: (string);
  'labelSelector'?: ({[key: string]: string});
}

export interface PodSandboxFilter__Output {
  'id': (string);
  'labelSelector': ({[key: string]: string});
}
