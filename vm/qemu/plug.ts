/** Plugs a layer's disk into a machine. */
import type { Layer } from '../../scripts/artifact/types.ts';
import { layerSerial } from './argv.ts';
import type { Qmp } from './qmp.ts';

/** Throws MachineError. */
export async function plugLayer(qmp: Qmp, layer: Layer): Promise<void> {
  const serial = layerSerial(layer.sha256);
  const file = { driver: 'file', filename: layer.file, 'read-only': true };
  await qmp.command('blockdev-add', { driver: 'raw', 'node-name': serial, 'read-only': true, file });
  await qmp.command('device_add', { driver: 'virtio-blk-pci', id: `${serial}-dev`, drive: serial, serial });
}
