/** Containers of a Docker Engine, as `vm/providers.ts` lists them. */
import type { ProviderCard } from '../machine.ts';

/** MiB that a machine takes of this host beside what its cgroup counts: containerd's shim, the engine's buffers. */
const OVERHEAD_MIB = 64;

/** The engine is no tool of this list: it may be Docker's own or Podman's, and its socket tells (`limits`). */
export const docker: ProviderCard = {
  kind: 'docker',
  title: "containers on this host's kernel, by Docker Engine",
  tools: [
    {
      program: 'sqfs2tar',
      package: 'squashfs-tools-ng',
      why: 'gives userland and layers to containers',
      version: ['--version'],
    },
  ],
  mostMiB: (memoryMiB) => memoryMiB + OVERHEAD_MIB,
  phases: {
    image: 'the userland is imported, where the engine does not have it',
    create: 'the container is made',
    systemd: 'systemd starts, until the agent runs',
    answer: 'the agent, until it has answered',
    attach: 'its layers are unpacked',
  },
  exposes: 'such a container has the kernel of this host and nearly all rights over it, and is no sandbox',
  ownKernel: true,
  load: async () => new (await import('./provider.ts')).DockerProvider(),
};
