// Original file: scripts/suites/cri/cri.proto


export interface StartContainerResponse {
}

export interface StartContainerResponse__Output {
}
