// Original file: scripts/suites/cri/cri.proto


export interface ImageSpec {
  'image'?: (string);
}

export interface ImageSpec__Output {
  'image': (string);
}
