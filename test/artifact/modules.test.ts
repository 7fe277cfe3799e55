import { expect, test } from 'vitest';
import { loadOrder, moduleName, parseKernelConfig } from '../../scripts/artifact/modules.ts';

/** As depmod writes it: what is to be loaded first stands last. */
const MODULES_DEP = `kernel/drivers/virtio/virtio_ring.ko:
kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
kernel/drivers/net/virtio_net.ko.xz: kernel/net/core/failover.ko.xz kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
kernel/net/core/failover.ko.xz:
`;

test('the name of a module', () => {
  expect(moduleName('kernel/fs/overlayfs/overlay.ko')).toBe('overlay');
  expect(moduleName('kernel/drivers/block/virtio-blk.ko.zst')).toBe('virtio_blk');
});

test('every module comes after what it depends on, once; what is built in is left out', () => {
  const order = loadOrder(MODULES_DEP, ['virtio_pci', 'virtio_net', 'squashfs']).map(moduleName);
  expect(order).toEqual(['virtio_ring', 'virtio', 'virtio_pci', 'failover', 'virtio_net']);
});

test('a kernel without any of them as modules', () => expect(loadOrder('')).toEqual([]));

test('a kernel configuration', () => {
  const text =
    '#\n# Linux\nCONFIG_MEMCG=y\n# CONFIG_MEMCG_V1 is not set\nCONFIG_HZ=250\nCONFIG_LOCALVERSION=""\n';
  expect(parseKernelConfig(text)).toEqual({ CONFIG_MEMCG: 'y', CONFIG_HZ: '250', CONFIG_LOCALVERSION: '""' });
});
