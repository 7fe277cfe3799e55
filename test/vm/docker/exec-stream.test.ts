import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ExecStream } from '../../../vm/docker/exec-stream.ts';

/** As an engine sends what a program wrote: 1 is stdout, 2 stderr. */
function frame(output: 1 | 2, text: string): Buffer {
  const header = Buffer.from([output, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

it('is stdout, however it was cut, and keeps the end of stderr apart', async () => {
  const socket = new PassThrough();
  const stream = new ExecStream(socket);
  let out = '';
  stream.on('data', (bytes: Buffer) => {
    out += bytes;
  });
  const all = Buffer.concat([frame(1, 'one '), frame(2, 'Failed to start\n'), frame(1, 'two'), frame(1, '')]);
  for (const byte of all) socket.write(Buffer.from([byte]));
  await expect.poll(() => out).toBe('one two');
  socket.write(frame(2, 'x'.repeat(10_000)));
  await expect.poll(() => stream.said.length).toBeGreaterThan(1000);
  expect(stream.said.length).toBeLessThanOrEqual(4096);
});

it('ends with its connection, and ends it', async () => {
  const broken = new PassThrough();
  const stream = new ExecStream(broken);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.resume();
  broken.end();
  await closed;
  const socket = new PassThrough();
  new ExecStream(socket).destroy();
  await expect.poll(() => socket.destroyed).toBe(true);
});
