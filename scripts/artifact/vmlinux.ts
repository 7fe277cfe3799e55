/**
 * The kernel inside a bzImage. QEMU boots an uncompressed ELF kernel directly (PVH), which spares an emulated
 * guest two seconds of unpacking itself.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { shell } from '../lib/exec.ts';
import { shellQuote } from '../lib/quote.ts';

/** Offsets in the setup header (Documentation/arch/x86/boot.rst of the kernel's tree). */
const SETUP_SECTS = 0x1f1;
const MAGIC = 0x202;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;

/** Compressions by their first bytes; the payload of every one ends with the unpacked size in 4 bytes. */
const UNPACKERS: readonly { readonly magic: string; readonly command: string }[] = [
  { magic: '28b52ffd', command: 'zstd -dcq' },
  { magic: '02214c18', command: 'lz4 -dcq' },
  { magic: 'fd377a58', command: 'xz -dcq' },
  { magic: '1f8b', command: 'gzip -dcq' },
];

export interface Payload {
  readonly offset: number;
  readonly length: number;
  readonly unpack: string;
}

/** Where the compressed kernel lies in a bzImage; undefined when it isn't one that we can unpack. */
export function findPayload(image: Buffer): Payload | undefined {
  if (image.length < PAYLOAD_LENGTH + 4 || image.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS')
    return undefined;
  const sectors = image[SETUP_SECTS] || 4;
  const offset = (sectors + 1) * SECTOR + image.readUInt32LE(PAYLOAD_OFFSET);
  const length = image.readUInt32LE(PAYLOAD_LENGTH);
  const magic = image.toString('hex', offset, offset + 4);
  const unpacker = UNPACKERS.find((one) => magic.startsWith(one.magic));
  if (unpacker === undefined || offset + length > image.length) return undefined;
  return { offset, length, unpack: unpacker.command };
}

/** Writes the unpacked kernel to `to`. Returns false, and writes nothing usable, when that can't be done. */
export async function extractVmlinux(bzImage: string, to: string, signal: AbortSignal): Promise<boolean> {
  const image = await readFile(bzImage);
  const payload = findPayload(image);
  if (payload === undefined) return false;
  const packed = `${to}.packed`;
  // Without the trailing size, which is not part of the compressed stream.
  await writeFile(packed, image.subarray(payload.offset, payload.offset + payload.length - 4));
  await shell(`${payload.unpack} <${shellQuote([packed])} >${shellQuote([to])}; rm ${shellQuote([packed])}`, {
    signal,
  });
  const head = (await readFile(to)).subarray(0, 4);
  return head.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
}
