import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { extractVmlinux, findPayload } from '../../scripts/artifact/vmlinux.ts';
import { signal, temporaryDir } from './support.ts';

/** A bzImage with one setup sector: header fields as in Documentation/arch/x86/boot.rst. */
function bzImage(kernel: Buffer, payload = gzipSync(kernel)): Buffer {
  const image = Buffer.alloc(1024 + 64 + payload.length + 4);
  image[0x1f1] = 1;
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt32LE(64, 0x248);
  image.writeUInt32LE(payload.length + 4, 0x24c);
  payload.copy(image, 1024 + 64);
  image.writeUInt32LE(kernel.length, 1024 + 64 + payload.length);
  return image;
}

const ELF = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46]), Buffer.alloc(5000, 'k')]);

test('the payload is where the setup header says', () => {
  const payload = gzipSync(ELF);
  const found = { offset: 1088, length: payload.length + 4, unpack: 'gzip -dcq' };
  expect(findPayload(bzImage(ELF))).toEqual(found);
});

test('what is no bzImage, is cut off, or has an unknown compression, has none', () => {
  expect(findPayload(Buffer.alloc(100))).toBeUndefined();
  expect(findPayload(Buffer.alloc(4096))).toBeUndefined();
  expect(findPayload(bzImage(ELF).subarray(0, 1100))).toBeUndefined();
  expect(findPayload(bzImage(ELF, Buffer.from('unknown compression')))).toBeUndefined();
});

test('the kernel is unpacked; anything but an ELF file is not one', async () => {
  const dir = await temporaryDir();
  const [image, kernel] = [join(dir, 'bzImage'), join(dir, 'kernel')];
  await writeFile(image, bzImage(ELF));
  expect(await extractVmlinux(image, kernel, signal)).toBe(true);
  expect(await readFile(kernel)).toEqual(ELF);
  await writeFile(image, bzImage(Buffer.from('not a kernel')));
  expect(await extractVmlinux(image, kernel, signal)).toBe(false);
  await writeFile(image, 'text');
  expect(await extractVmlinux(image, kernel, signal)).toBe(false);
});
