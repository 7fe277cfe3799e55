/** What guests say: kernel logs, frames, consoles, test programs, kubelets, scripts. */
import fc from 'fast-check';
import { attributeOomKills } from '../../../scripts/evidence/attribute.ts';
import { findKernelEvents } from '../../../scripts/evidence/kernel-events.ts';
import { parseKernelLog } from '../../../scripts/evidence/kernel-log.ts';
import { readGinkgoJunit } from '../../../scripts/suites/ginkgo/junit.ts';
import { parseCollected } from '../../../scripts/suites/guest-shell.ts';
import { kubeletErrors, podStatus } from '../../../scripts/suites/kubelet/status.ts';
import { elapsed, runcErrors, startErrors } from '../../../scripts/suites/oci/result.ts';
import { parseMetrics } from '../../../scripts/suites/script.ts';
import { encodeFrame, FrameDecoder, type FrameType } from '../../../vm/agent/frames.ts';
import { consoleState, consoleTail } from '../../../vm/qemu/console.ts';
import { forwardedPort } from '../../../vm/qemu/qmp.ts';
import { corpus } from '../corpus.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, soup } from '../mutate.ts';

const LOGS = corpus('test/fixtures/kernel-log', /\.txt$/);
const LOG_WORDS = [
  '[    1.000000] ', '<3>[ 1.5] ', '6,12,99,-;', 'repro: sample start#1 begin', 'repro: sample start#1 end', '\n',
  'oom-kill:constraint=CONSTRAINT_MEMCG,', 'Memory cgroup out of memory: Killed process 12 (runc) total-vm:1kB',
  'task_memcg=/a,', 'task=runc,pid=1,uid=0', 'anon-rss:1kB, file-rss:2kB, shmem-rss:3kB', 'memory: usage 1kB, limit 2kB',
  'Tasks state (memory values in pages):', 'Kernel panic - not syncing: x', 'BUG: ', 'WARNING: CPU: 0 ', 'watchdog: ',
  'invoked oom-killer: gfp_mask=0x0', 'INFO: task x:1 blocked for more than 1 seconds', 'segfault at 0 ', 'C[T1] ',
] as const;

export const kernelLogs = fuzzKind(
  'kernel-logs',
  fc.oneof(damaged(LOGS, LOG_WORDS), soup(LOG_WORDS, 120), fc.string({ unit: 'binary', maxLength: 300 })),
  (text) => {
    const { entries } = parseKernelLog(text);
    const kills = attributeOomKills(entries, new Map([['start#1', ['runc']]]));
    findKernelEvents(entries);
    must(kills.every(({ pid }) => Number.isInteger(pid)), 'a killed process has a number');
    consoleState(text);
    must(consoleTail(text, 3).length <= 3, 'a tail is as long as it may be');
  },
);

const TYPES = [...'xcifknaoeq'] as FrameType[];
const frame = fc.record({
  type: fc.constantFrom(...TYPES),
  channel: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  payload: fc.uint8Array({ maxLength: 200 }),
});

/** Cuts bytes at places that are shares of their length. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

export const frames = fuzzKind(
  'frames',
  fc.tuple(fc.array(frame, { maxLength: 12 }), places, fc.uint8Array({ maxLength: 40 })),
  ([sent, at, noise]) => {
    const bytes = Buffer.concat(sent.map(({ type, channel, payload }) => encodeFrame(type, channel, payload)));
    const decoder = new FrameDecoder();
    const got = cut(bytes, at).flatMap((piece) => decoder.push(piece));
    const plain = (all: readonly { type: string; channel: number; payload: Uint8Array }[]) =>
      JSON.stringify(all.map(({ type, channel, payload }) => [type, channel, [...payload]]));
    must(plain(got) === plain(sent), 'however they are cut, frames stay the same');
    try {
      for (const piece of cut(Buffer.from(noise), at)) decoder.push(piece);
      decoder.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x6f]));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  },
);

const XML = corpus('test/fixtures/ginkgo', /\.xml$/);
const XML_WORDS = [
  '<testsuites>', '</testsuites>', '<testsuite name="a">', '</testsuite>', '<testcase name="[It] a" status="passed">',
  '</testcase>', '<failure message="x">', '</failure>', '<skipped/>', '<error/>', '<![CDATA[', ']]>', '<?xml version="1.0"?>',
  '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>', '&c;', '&#x10FFFF;', '&#x110000;', ' time="NaN"',
] as const;

export const junit = fuzzKind(
  'junit',
  fc.oneof(damaged(XML, XML_WORDS), soup(XML_WORDS)),
  async (text) => {
    const run = await answered(() => readGinkgoJunit(text, 'x.xml'));
    must(run === undefined || run.tests.every(({ name }) => typeof name === 'string'), 'a test has a name');
  },
);

const PODS = JSON.stringify({
  items: [
    {
      metadata: { uid: 'u' },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'app', restartCount: 1, ready: true, state: { terminated: { exitCode: 137 } } }],
      },
    },
  ],
});
const SAID = [
  'time="2026-01-01T00:00:00Z" level=error msg="runc create failed: \\"x\\""\n', 'a/create.code:0\n', 'a/begin:17\n',
  'metric start.time 12 ms\n', 'metric ', '1e999', ' ms', 'level=fatal msg="', '\\"', 'with CreatePodSandboxError: "', ':',
  'TCP[HOST_FORWARD]  12 127.0.0.1 2222 10.0.2.15 22 0 0\n', '0', '\n',
] as const;

export const answers = fuzzKind(
  'answers',
  fc.oneof(damaged([PODS, SAID.join('')], SAID), soup(SAID)),
  async (text) => {
    const files = parseCollected(text);
    runcErrors(text);
    startErrors(files);
    elapsed(files.get('a/begin') ?? text, text);
    kubeletErrors(text);
    forwardedPort(text, 22);
    await answered(() => parseMetrics(text));
    await answered(() => podStatus(text, 'u'));
  },
);
