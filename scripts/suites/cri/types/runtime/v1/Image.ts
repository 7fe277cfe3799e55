// Original file: scripts/suites/cri/cri.proto


export interface Image {
  'id'?: (string);
  'repoTags'?: (string)[];
}

export interface Image__Output {
  'id': (string);
  'repoTags': (string)[];
}
