import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../scripts/lib/paths.ts';
import { cpuModel, kernelArgs, layerSerial, type QemuOptions, qemuArgv } from '../../../vm/qemu/argv.ts';

const options: QemuOptions = {
  binary: 'qemu-system-x86_64',
  name: 'repro-s1-m1',
  accelerator: 'tcg',
  version: 7,
  cpus: 2,
  memoryMiB: 2048,
  memory: { kind: 'own' },
  incoming: false,
  kernel: '/k/vmlinuz',
  initrd: '/k/initrd',
  kernelArgs: ['console=ttyS0', 'quiet'],
  disks: [],
  serialLog: '/run/console.log',
  qmpSocket: '/tmp/m/qmp',
  agentSocket: undefined,
  network: 'none',
};

/** What follows each use of an option. */
function valuesOf(argv: readonly string[], option: string): (string | undefined)[] {
  return argv.flatMap((text, index) => (text === option ? [argv[index + 1]] : []));
}

describe('cpuModel', () => {
  it.each([
    ['tcg', 7, 'max,cx16=off'],
    ['tcg', 9, 'max,cx16=off'],
    ['tcg', 10, 'max'],
    ['kvm', 7, 'host'],
    ['hvf', 10, 'host'],
  ] as const)('%s with QEMU %d is %s', (accelerator, version, model) => {
    expect(cpuModel(accelerator, version)).toBe(model);
  });
});

describe('qemuArgv', () => {
  it('is the whole command of a machine without disks and network', () => {
    expect(qemuArgv(options)).toEqual([
      'qemu-system-x86_64',
      ...['-name', 'repro-s1-m1,process=repro-qemu'],
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
      ...['-machine', 'pc,memory-backend=ram', '-accel', 'tcg', '-cpu', 'max,cx16=off', '-smp', '2'],
      ...['-m', '2048', '-object', 'memory-backend-ram,id=ram,size=2048M'],
      ...['-chardev', 'file,id=console,path=/run/console.log,append=on', '-serial', 'chardev:console'],
      ...['-qmp', 'unix:/tmp/m/qmp,server=on,wait=off'],
      ...['-kernel', '/k/vmlinuz', '-initrd', '/k/initrd', '-append', 'console=ttyS0 quiet'],
    ]);
  });

  it.each([
    ['kvm', 'host'],
    ['hvf', 'host'],
    ['tcg', 'max,cx16=off'],
  ] as const)('runs with %s', (accelerator, cpu) => {
    const argv = qemuArgv({ ...options, accelerator });
    expect(valuesOf(argv, '-accel')).toEqual([accelerator]);
    expect(valuesOf(argv, '-cpu')).toEqual([cpu]);
  });

  it('gives every disk a drive and a device, in order', () => {
    const argv = qemuArgv({
      ...options,
      disks: [
        { serial: 'base', file: '/c/base.squashfs', mode: 'read-only' },
        { serial: 'scratch', file: '/tmp/scratch.img', mode: 'writable' },
        { serial: 'saved', file: '/c/scratch.img', mode: 'overlay' },
      ],
    });
    expect(valuesOf(argv, '-drive')).toEqual([
      'if=none,id=disk0,file=/c/base.squashfs,format=raw,readonly=on',
      'if=none,id=disk1,file=/tmp/scratch.img,format=raw,cache=unsafe',
      'if=none,id=disk2,file=/c/scratch.img,format=raw,snapshot=on',
    ]);
    expect(valuesOf(argv, '-device')).toEqual([
      'virtio-blk-pci,drive=disk0,serial=base',
      'virtio-blk-pci,drive=disk1,serial=scratch',
      'virtio-blk-pci,drive=disk2,serial=saved',
    ]);
  });

  it('doubles commas where QEMU would split at them, and only there', () => {
    const argv = qemuArgv({
      ...options,
      name: 'a,b',
      disks: [{ serial: 'base', file: '/c/x,y.squashfs', mode: 'read-only' }],
      qmpSocket: '/tmp/a,b/qmp',
      serialLog: '/run/runc=1.1.15,cgroup=v2/console.log',
      kernel: '/k,1/vmlinuz',
    });
    expect(valuesOf(argv, '-name')).toEqual(['a,,b,process=repro-qemu']);
    expect(valuesOf(argv, '-drive')[0]).toContain('file=/c/x,,y.squashfs,format=raw');
    expect(valuesOf(argv, '-qmp')).toEqual(['unix:/tmp/a,,b/qmp,server=on,wait=off']);
    expect(valuesOf(argv, '-chardev')).toEqual([
      'file,id=console,path=/run/runc=1.1.15,,cgroup=v2/console.log,append=on',
    ]);
    // This is taken as it stands.
    expect(valuesOf(argv, '-kernel')).toEqual(['/k,1/vmlinuz']);
  });

  it('has the agent on a port that the guest finds by its name', () => {
    const argv = qemuArgv({ ...options, agentSocket: '/tmp/a,b/agent' });
    expect(valuesOf(argv, '-chardev')).toContain('socket,id=agent,path=/tmp/a,,b/agent');
    expect(valuesOf(argv, '-device')).toEqual([
      'virtio-serial-pci',
      'virtserialport,chardev=agent,id=agent,name=repro.agent',
    ]);
  });

  it('keeps its memory in a file to be saved, and begins with such a file without changing it', () => {
    const memory = (kind: 'shared' | 'copy-on-write') =>
      valuesOf(qemuArgv({ ...options, memory: { kind, file: '/c,1/memory' } }), '-object');
    expect(memory('shared')).toEqual([
      'memory-backend-file,id=ram,size=2048M,mem-path=/c,,1/memory,share=on',
    ]);
    expect(memory('copy-on-write')[0]).toMatch(/mem-path=\/c,,1\/memory,share=off$/);
  });

  it('waits for its state only when there is one to come', () => {
    expect(valuesOf(qemuArgv({ ...options, incoming: true }), '-incoming')).toEqual(['defer']);
    expect(qemuArgv(options)).not.toContain('-incoming');
  });

  it('restricts the guest to nothing, or to the proxy', () => {
    const netdev = (network: QemuOptions['network']) =>
      valuesOf(qemuArgv({ ...options, network }), '-netdev');
    const isolated = 'user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:0-:22';
    expect(netdev('isolated')).toEqual([isolated]);
    const relay = `perl ${join(packageRoot(), 'vm/network/relay')} '/run/a b,,c/proxy'`;
    expect(netdev({ proxySocket: '/run/a b,c/proxy' })).toEqual([
      `${isolated},guestfwd=tcp:10.0.2.100:3128-cmd:${relay}`,
    ]);
  });

  it('has no network card without a network', () => {
    const argv = qemuArgv(options);
    expect(argv).toContain('-nodefaults');
    expect(argv.join(' ')).not.toMatch(/-netdev|virtio-net/);
  });
});

describe('kernelArgs', () => {
  const v1 = ['systemd.unified_cgroup_hierarchy=0', 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1'];

  it('says nothing of cgroups for v2', () => {
    expect(kernelArgs({ cgroup: 'v2' }).join(' ')).not.toMatch(/cgroup/i);
  });

  it('asks systemd twice for v1', () => {
    expect(kernelArgs({ cgroup: 'v1' })).toEqual([...kernelArgs({ cgroup: 'v2' }), ...v1]);
  });

  it('puts what the spec adds last, where it wins', () => {
    expect(kernelArgs({ cgroup: 'v1', extra: ['panic=5'] }).slice(-3)).toEqual([...v1, 'panic=5']);
  });

  it('ends at once on a panic', () => {
    expect(kernelArgs({ cgroup: 'v2' })).toContain('panic=-1');
  });
});

it('a layer has a serial that virtio-blk can carry', () => {
  const serial = layerSerial('0123456789abcdef'.repeat(4));
  expect(serial).toBe('layer-0123456789abcd');
  expect(serial.length).toBeLessThanOrEqual(20);
});
