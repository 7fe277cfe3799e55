// Original file: scripts/suites/cri/cri.proto


export interface StopContainerResponse {
}

export interface StopContainerResponse__Output {
}
