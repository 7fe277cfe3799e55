/**
 * Reads the JUnit files that ginkgo writes, of version 1 and 2. Pure.
 *
 * Version 1 has one `testsuite`; a test that failed has a `failure`, one that was skipped, or not chosen, a `skipped`.
 * Version 2 has `testsuites`, names that begin with the kind of node (`[It] …`), and a `status`; a test that panicked,
 * was aborted or ran out of time has an `error` in place of a `failure`.
 * https://github.com/onsi/ginkgo/blob/v1.16.5/reporters/junit_reporter.go
 * https://github.com/onsi/ginkgo/blob/v2.20.0/reporters/junit_report.go
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReproError, messageOf as said } from '../../lib/errors.ts';
import type { TestResult } from '../../model/sample.ts';

export interface GinkgoRun {
  readonly ginkgo: 1 | 2;
  /** Those that the filters chose, in the file's order: what is skipped here skipped itself. */
  readonly tests: readonly TestResult[];
  /** Set-up and tear-down that failed: without them the tests say nothing. */
  readonly setupFailures: readonly TestResult[];
}

interface Node {
  readonly [key: string]: string | undefined | readonly Node[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Go writes quotes and line ends as numbers: &#34;, &#xA;.
  htmlEntities: true,
  alwaysCreateTextNode: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

/** In version 1, a node of the suite itself. */
const SETUP_V1 = /^(?:BeforeSuite|AfterSuite)$/;
/** In version 2, the kind of node that a name begins with. */
const KIND_V2 = /^\[(\w+)\]\s*/;

/** Throws ReproError `junit` for a text that is no such file, as a runner leaves it that was killed while it wrote. */
export function readGinkgoJunit(text: string, what: string): GinkgoRun {
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    throw new ReproError(
      'junit',
      `${what} is a truncated JUnit file: line ${valid.err.line}: ${valid.err.msg}`,
    );
  }
  const document = parse(text, what);
  const [v2] = nodes(document, 'testsuites');
  const suites = nodes(v2 ?? document, 'testsuite');
  if (v2 === undefined && suites.length === 0)
    throw new ReproError('junit', `${what} is not a JUnit file: it has no testsuite`);
  const cases = suites.flatMap((suite) => nodes(suite, 'testcase'));
  return v2 === undefined ? readV1(cases) : readV2(cases);
}

/** The parser refuses what its validator lets pass: tags that are too deep in one another, entities of entities. */
function parse(text: string, what: string): Node {
  try {
    return parser.parse(text) as Node;
  } catch (error) {
    throw new ReproError('junit', `${what} is not a JUnit file: ${said(error)}`, { cause: error });
  }
}

function readV1(cases: readonly Node[]): GinkgoRun {
  // A test that was not chosen is skipped without a message.
  const told = cases
    .map((one) => resultOf(one, attribute(one, 'name')))
    .filter(({ outcome, message }) => outcome !== 'skipped' || message !== undefined);
  return {
    ginkgo: 1,
    tests: told.filter(({ name }) => !SETUP_V1.test(name)),
    setupFailures: told.filter(({ name, outcome }) => SETUP_V1.test(name) && outcome === 'failed'),
  };
}

function readV2(cases: readonly Node[]): GinkgoRun {
  const tests: TestResult[] = [];
  const setupFailures: TestResult[] = [];
  for (const one of cases) {
    const name = attribute(one, 'name');
    const kind = KIND_V2.exec(name)?.[1];
    const result = resultOf(one, kind === 'It' ? name.replace(KIND_V2, '') : name);
    if (kind === 'It') {
      if (result.outcome !== 'skipped' || result.message !== undefined) tests.push(result);
    } else if (result.outcome === 'failed') {
      setupFailures.push(result);
    }
  }
  return { ginkgo: 2, tests, setupFailures };
}

function resultOf(one: Node, name: string): TestResult {
  const durationMs = Math.round(Number(attribute(one, 'time') || 0) * 1000);
  const [failure] = [...nodes(one, 'failure'), ...nodes(one, 'error')];
  const [skipped] = nodes(one, 'skipped');
  if (failure !== undefined) {
    return { name, outcome: 'failed', durationMs, message: messageOf(failure) ?? 'no reason given' };
  }
  if (skipped !== undefined) return { name, outcome: 'skipped', durationMs, message: skipMessage(skipped) };
  return { name, outcome: 'passed', durationMs, message: undefined };
}

/** Version 2 gives every test that was not chosen the message `skipped`. */
function skipMessage(node: Node): string | undefined {
  const message = messageOf(node)?.replace(/^skipped(?: - )?/, '');
  return message === '' ? undefined : message;
}

function messageOf(node: Node): string | undefined {
  const parts = [attribute(node, 'message'), text(node)]
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const [first, second] = parts;
  if (first === undefined) return undefined;
  return second === undefined || second.includes(first) ? (second ?? first) : `${first}\n${second}`;
}

function nodes(node: Node, name: string): readonly Node[] {
  const children = node[name];
  return Array.isArray(children) ? children : [];
}

function attribute(node: Node, name: string): string {
  const value = node[`@${name}`];
  return typeof value === 'string' ? value : '';
}

function text(node: Node): string {
  const value = node['#text'];
  return typeof value === 'string' ? value : '';
}
