import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../../vm/agent/frames.ts';

const frames = [
  encodeFrame('x', 1, '/bin/sh\0-c\0true'),
  encodeFrame('f', 1),
  encodeFrame('o', 0xffffffff, Buffer.from([0, 255, 10])),
];

describe('frames', () => {
  it('are length and channel in 32 bits, big-endian, the type, the payload', () => {
    expect([...encodeFrame('q', 258, '7')]).toEqual([0, 0, 0, 1, 0, 0, 1, 2, 0x71, 0x37]);
  });

  it.each([1, 2, 5, 9, 10, 1000])('come out as they went in, cut into pieces of %d', (size) => {
    const stream = Buffer.concat(frames);
    const decoder = new FrameDecoder();
    const decoded = [];
    for (let at = 0; at < stream.length; at += size)
      decoded.push(...decoder.push(stream.subarray(at, at + size)));
    expect(decoded.map(({ type, channel, payload }) => [type, channel, payload.toString('latin1')])).toEqual([
      ['x', 1, '/bin/sh\0-c\0true'],
      ['f', 1, ''],
      ['o', 0xffffffff, '\0\xff\n'],
    ]);
  });

  it('of a length that none has are refused', () => {
    expect(() => new FrameDecoder().push(Buffer.from('GET / HTTP/1.1'))).toThrow(RangeError);
  });
});
