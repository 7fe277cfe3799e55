/** What the programs of suites print: test programs, kubelets, runtimes, scripts. */
import fc from 'fast-check';
import { loaderError, startError } from '../../../scripts/evidence/loader-error.ts';
import { readGinkgoJunit } from '../../../scripts/suites/ginkgo/junit.ts';
import { parseCollected } from '../../../scripts/suites/guest-shell.ts';
import { parseGuestSystem } from '../../../scripts/suites/guest-system.ts';
import { kubeletErrors, podStatus } from '../../../scripts/suites/kubelet/status.ts';
import { logsByTest } from '../../../scripts/suites/node-e2e/test-logs.ts';
import { elapsed, runcErrors, startErrors } from '../../../scripts/suites/oci/result.ts';
import { parseMetrics } from '../../../scripts/suites/script/suite.ts';
import { parseStarts } from '../../../scripts/suites/start-latency/times.ts';
import { forwardedPort } from '../../../vm/qemu/qmp.ts';
import { corpus } from '../corpus.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, endless, soup } from '../mutate.ts';

const XML = corpus('test/fixtures/ginkgo', /\.xml$/);

// biome-ignore format: a list of words
const XML_WORDS = [
  '<testsuites>', '</testsuites>', '<testsuite name="a">', '</testsuite>', '<testcase name="[It] a" status="passed">',
  '</testcase>', '<failure message="x">', '</failure>', '<skipped/>', '<error/>', '<![CDATA[', ']]>', '<?xml version="1.0"?>',
  '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>', '&c;', '&#x10FFFF;', '&#x110000;', ' time="NaN"',
  '<__proto__>', '</__proto__>', '<constructor/>', '<a>',
] as const;

const deep = fc
  .tuple(
    fc.constantFrom('<a>', '<testsuites>', '<testsuite>', '<a', '<!--', '&a;'),
    fc.integer({ min: 100, max: 20_000 }),
  )
  .map(([tag, times]) => `${tag.repeat(times)}${tag.replace('<', '</').repeat(times)}`);

export const junit = fuzzKind(
  'junit',
  fc.oneof(
    { weight: 8, arbitrary: damaged(XML, XML_WORDS) },
    { weight: 8, arbitrary: soup(XML_WORDS) },
    { weight: 1, arbitrary: deep },
  ),
  async (text) => {
    const run = await answered(() => readGinkgoJunit(text, 'x.xml'));
    must(run === undefined || run.tests.every(({ name }) => typeof name === 'string'), 'a test has a name');
    if (run !== undefined) logsByTest(run.tests, new Map([['output.txt', text]]));
  },
);

const STATE = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
const CONTAINER = { name: 'app', restartCount: 1, ready: true, state: STATE, lastState: { waiting: {} } };
const POD = { metadata: { uid: 'u' }, status: { phase: 'Running', containerStatuses: [CONTAINER] } };
const PODS = JSON.stringify({ items: [POD] });

// biome-ignore format: a list of words
const SAID = [
  'time="2026-01-01T00:00:00Z" level=error msg="runc create failed: \\"x\\""\n', 'a/create.code:0\n', 'a/begin:17\n',
  'metric start.time 12 ms\n', 'metric ', '1e999', ' ms', 'level=fatal msg="', '\\"', 'with CreatePodSandboxError: "', ':',
  'failed to "CreatePodSandbox" for "a" ', ' err="', 'TCP[HOST_FORWARD]  12 127.0.0.1 2222 10.0.2.15 22 0 0\n', '0', '\n',
  'time 1 2\n', 'failed 1 x\n', 'libc:ld.so version 2.41.\n', 'error while loading shared libraries: x', 'version `x\' not found (required by ', '"items":null', 'null',
  '"uid":"u"', '{', '}', '[', ']',
] as const;

export const answers = fuzzKind(
  'answers',
  fc.oneof(
    { weight: 8, arbitrary: damaged([PODS, SAID.join('')], SAID) },
    { weight: 8, arbitrary: soup(SAID) },
    { weight: 1, arbitrary: endless(SAID) },
  ),
  async (text) => {
    const files = parseCollected(text);
    runcErrors(text);
    startErrors(files);
    const [begin, end] = [files.get('a/begin'), text.split('\n')[0]];
    must(!Number.isNaN(elapsed(begin, end) ?? 0), 'a time is a number');
    kubeletErrors(text);
    forwardedPort(text, 22);
    parseGuestSystem(text);
    loaderError(text);
    startError(127, text);
    must(!Number.isNaN(parseStarts(text).total), 'a time is a number');
    await answered(() => parseMetrics(text));
    await answered(() => podStatus(text, 'u'));
  },
);
