/** Static pods, as files of the kubelet's manifest folder. Pure. */
import { BUSYBOX } from '../cri/image.ts';
import { MANIFESTS } from './config.ts';

export interface ContainerSpec {
  readonly name: string;
  readonly command: readonly string[];
  /** Bytes; also what is requested. Undefined: no limit. */
  readonly memoryLimit: number | undefined;
  /** Command of its readiness and liveness probe. */
  readonly probe?: readonly string[];
}

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly restart: 'Always' | 'Never';
}

/** Where each container finds a folder that outlives its restarts. */
export const STATE = '/state';

export function manifestFile(uid: string): string {
  return `${MANIFESTS}/${uid}.json`;
}

/**
 * The pod as JSON. It has the UID that it is given (the kubelet makes one up only where there is none), uses the
 * node's network, so that no network plugin is needed, and pulls nothing.
 */
export function manifest(name: string, uid: string, pod: PodSpec): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid },
    spec: {
      hostNetwork: true,
      restartPolicy: pod.restart,
      terminationGracePeriodSeconds: 1,
      enableServiceLinks: false,
      containers: pod.containers.map(container),
      ...(pod.initContainers === undefined ? {} : { initContainers: pod.initContainers.map(container) }),
      volumes: [{ name: 'state', emptyDir: {} }],
    },
  });
}

function container({ name, command, memoryLimit, probe }: ContainerSpec): object {
  const memory = memoryLimit === undefined ? undefined : { memory: String(memoryLimit) };
  const probing = probe && { exec: { command: probe }, periodSeconds: 1, timeoutSeconds: 20 };
  return {
    name,
    command,
    image: BUSYBOX.ref,
    imagePullPolicy: 'Never',
    ...(memory === undefined ? {} : { resources: { limits: memory, requests: memory } }),
    ...(probing === undefined ? {} : { readinessProbe: probing, livenessProbe: probing }),
    volumeMounts: [{ name: 'state', mountPath: STATE }],
  };
}
