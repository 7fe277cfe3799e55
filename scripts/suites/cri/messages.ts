/** The CRI messages of `cri.proto` as the client sees them: camelCase, numbers for int64, names for enums. */

export interface VersionResponse {
  readonly version: string;
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly runtimeApiVersion: string;
}

interface NamespaceOption {
  readonly network: 'POD' | 'NODE';
}

export interface PodSandboxConfig {
  readonly metadata: { readonly name: string; readonly uid: string; readonly namespace: string };
  readonly logDirectory: string;
  readonly dnsConfig: { readonly servers: readonly string[] };
  readonly labels: Readonly<Record<string, string>>;
  readonly linux: {
    readonly cgroupParent: string;
    readonly securityContext: { readonly namespaceOptions: NamespaceOption };
  };
}

export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly image: { readonly image: string };
  /** The image's entrypoint when empty. */
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Relative to the sandbox's `logDirectory`. */
  readonly logPath: string;
  readonly linux: {
    readonly resources: {
      readonly cpuShares: number;
      readonly memoryLimitInBytes: number;
      readonly oomScoreAdj: number;
    };
    readonly securityContext: { readonly namespaceOptions: NamespaceOption };
  };
}

export interface ContainerStatus {
  readonly id: string;
  readonly state: 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED' | 'CONTAINER_UNKNOWN';
  readonly exitCode: number;
  /** `OOMKilled`, `Completed`, `Error`, `StartError`, …; empty while it runs. */
  readonly reason: string;
  readonly message: string;
}

export interface PodSandboxStatus {
  readonly id: string;
  readonly state: 'SANDBOX_READY' | 'SANDBOX_NOTREADY';
}

export interface ExecSyncResponse {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Requests and responses by call, for the calls that the suite makes. */
export interface Calls {
  Version: { request: { version: string }; response: VersionResponse };
  Status: {
    request: Record<string, never>;
    response: { status: { conditions: readonly RuntimeCondition[] } | null };
  };
  RunPodSandbox: { request: { config: PodSandboxConfig }; response: { podSandboxId: string } };
  StopPodSandbox: { request: { podSandboxId: string }; response: object };
  RemovePodSandbox: { request: { podSandboxId: string }; response: object };
  PodSandboxStatus: { request: { podSandboxId: string }; response: { status: PodSandboxStatus | null } };
  ListPodSandbox: {
    request: { filter: { labelSelector: Readonly<Record<string, string>> } };
    response: { items: readonly { readonly id: string }[] };
  };
  CreateContainer: {
    request: { podSandboxId: string; config: ContainerConfig; sandboxConfig: PodSandboxConfig };
    response: { containerId: string };
  };
  StartContainer: { request: { containerId: string }; response: object };
  StopContainer: { request: { containerId: string; timeout: number }; response: object };
  RemoveContainer: { request: { containerId: string }; response: object };
  ContainerStatus: { request: { containerId: string }; response: { status: ContainerStatus | null } };
  ExecSync: {
    request: { containerId: string; cmd: readonly string[]; timeout: number };
    response: ExecSyncResponse;
  };
  ImageStatus: {
    request: { image: { image: string } };
    response: { image: { readonly id: string } | null };
  };
}

export type CallName = keyof Calls;
