/** The calls of `cri.proto` that the suite makes, by the types that are generated of it (`npm run schema`). */
import type { DeepReadonly } from '../../model/fields.ts';
import type { ContainerConfig as Container } from './types/runtime/v1/ContainerConfig.ts';
import type { ImageServiceDefinition } from './types/runtime/v1/ImageService.ts';
import type { PodSandboxConfig as Sandbox } from './types/runtime/v1/PodSandboxConfig.ts';
import type { RuntimeServiceDefinition } from './types/runtime/v1/RuntimeService.ts';

/** Without what `ServiceDefinition` allows beside the calls: any other name. */
type Named<T> = {
  [Name in keyof T as string extends Name ? never : number extends Name ? never : Name]: T[Name];
};

type Definitions = Named<RuntimeServiceDefinition> & Named<ImageServiceDefinition>;

export type CallName = keyof Definitions;

type RequestOf<T> = T extends { requestSerialize: (request: infer Request) => unknown } ? Request : never;
type ResponseOf<T> = T extends { responseDeserialize: (...bytes: never) => infer Response }
  ? Response
  : never;

/** Requests and responses by call, in camelCase; int64 are numbers, enums names. */
export type Calls = {
  readonly [Name in CallName]: {
    readonly request: DeepReadonly<RequestOf<Definitions[Name]>>;
    readonly response: ResponseOf<Definitions[Name]>;
  };
};

export type { ContainerStatus__Output as ContainerStatus } from './types/runtime/v1/ContainerStatus.ts';
export type { VersionResponse__Output as VersionResponse } from './types/runtime/v1/VersionResponse.ts';
export type ContainerConfig = DeepReadonly<Container>;
export type PodSandboxConfig = DeepReadonly<Sandbox>;
