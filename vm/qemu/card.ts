/** Virtual machines by QEMU, as `vm/providers.ts` lists them. */
import type { ProviderCard } from '../machine.ts';

/** MiB that QEMU may take beside the guest's memory under TCG: its translation cache, buffers, code. */
const OVERHEAD_MIB = 650;

export const qemu: ProviderCard = {
  kind: 'qemu',
  title: 'virtual machines by QEMU',
  tools: [
    {
      program: 'qemu-system-x86_64',
      package: 'qemu-system-x86',
      why: 'runs the machines',
      version: ['--version'],
    },
    { program: 'mkfs.ext4', package: 'e2fsprogs', why: "makes a machine's scratch disk", version: ['-V'] },
    { program: 'ssh', package: 'openssh-client', why: 'opens shells on machines', version: ['-V'] },
  ],
  mostMiB: (memoryMiB) => memoryMiB + OVERHEAD_MIB,
  phases: {
    prepare: 'QEMU, accelerator and snapshot are looked up',
    disk: 'the scratch disk is made',
    qemu: "QEMU's process starts",
    panic: 'a boot that ended in a kernel panic, before the one that follows',
    firmware: "QEMU and its firmware, until the kernel's clock starts",
    kernel: 'the kernel, until it runs the initrd',
    initrd: 'our initrd finds and stacks the disks',
    systemd: 'systemd starts and loads its units',
    services: 'D-Bus and the journal',
    agent: 'the agent, until the host hears of it',
    restore: "the machine's state is loaded",
    answer: 'clock, random numbers, machine-id and host name become its own',
    attach: 'its layers are mounted',
  },
  load: async (store) => new (await import('./provider.ts')).QemuProvider({ store }),
};
