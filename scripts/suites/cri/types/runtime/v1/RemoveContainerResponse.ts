// Original file: scripts/suites/cri/cri.proto


export interface RemoveContainerResponse {
}

export interface RemoveContainerResponse__Output {
}
