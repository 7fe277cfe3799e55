/** What comes from a guest's agent, which somebody may have taken over. */
import { Duplex, PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, type FrameType } from '../../../vm/agent/frames.ts';
import { AgentLink } from '../../../vm/agent/link.ts';
import { answered, fuzzKind, must } from '../kind.ts';

const TYPES = [...'xcifknalsoeq'] as FrameType[];
/** Payloads of frames that say something. */
const SAID = [
  '0',
  '7',
  'signal 9',
  'error no such file',
  'error ',
  '',
  '5000000000000000000000',
  '-1',
  '\xff\0',
];

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(...SAID).map((text) => Buffer.from(text)),
);
const frameTo = (channel: fc.Arbitrary<number>) =>
  fc.record({ type: fc.constantFrom(...TYPES), channel, payload });
const anywhere = frameTo(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })));
const here = frameTo(fc.integer({ min: 1, max: 4 }));
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

/** Cuts bytes at places that are shares of their length. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = at.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const bytesOf = (frames: readonly { type: FrameType; channel: number; payload: Uint8Array }[]) =>
  Buffer.concat(frames.map((one) => encodeFrame(one.type, one.channel, one.payload)));

export const frames = fuzzKind(
  'frames',
  fc.tuple(fc.array(anywhere, { maxLength: 12 }), places, fc.uint8Array({ maxLength: 40 })),
  async ([sent, at, noise]) => {
    const decoder = new FrameDecoder();
    const got = cut(bytesOf(sent), at).flatMap((piece) => decoder.push(piece));
    const plain = (all: readonly { type: string; channel: number; payload: Uint8Array }[]) =>
      JSON.stringify(all.map(({ type, channel, payload: bytes }) => [type, channel, [...bytes]]));
    must(plain(got) === plain(sent), 'however they are cut, frames stay the same');
    await answered(() => {
      for (const piece of cut(Buffer.from(noise), at)) decoder.push(piece);
      decoder.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x6f]));
    }, RangeError);
  },
);

/** Under way: a command, the kernel's log, a connection to a socket, another command. Then the stream ends. */
export const links = fuzzKind(
  'links',
  fc.tuple(fc.array(fc.oneof(here, anywhere), { maxLength: 16 }), places, fc.uint8Array({ maxLength: 20 })),
  async ([sent, at, noise]) => {
    const [toGuest, toHost] = [new PassThrough(), new PassThrough()];
    toGuest.resume();
    const stream = Duplex.from({ readable: toHost, writable: toGuest });
    using link = new AgentLink(stream);
    const first = answered(() => link.exec('true'));
    const log = link.followLog(() => undefined);
    const position = answered(() => log.catchUp());
    const socket = link.connect('/run/containerd.sock');
    socket.on('error', () => undefined);
    socket.resume();
    const second = answered(() => link.exec('false', { stdin: 'text' }));
    for (const piece of cut(Buffer.concat([bytesOf(sent), Buffer.from(noise)]), at)) {
      toHost.write(piece);
      await turn();
    }
    stream.destroy();
    for (const result of await Promise.all([first, second])) {
      must(result === undefined || typeof result.exitCode === 'number', 'a command ends with a code');
    }
    await position;
  },
);
