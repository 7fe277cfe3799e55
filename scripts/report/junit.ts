/** JUnit XML, for what CI systems show: a suite per cell, a test case per sample. */
import junit, { type Builder, type TestSuite } from 'junit-report-builder';
import { formatValue } from '../lib/units.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { TestResult } from '../model/sample.ts';
import { unexpectedText } from '../verdict/unexpected.ts';
import { labelOf, varyingAxes } from './describe.ts';
import { keyLineOfSample, rateOf, rateText, SIGNS, wordOf } from './findings.ts';
import { lines, oneLine } from './text.ts';

// Its types say that the builder is a property `default` of the module; it is the module itself.
const builder = junit as unknown as Builder;

export function renderJunit(report: Report): string {
  const document = builder.newBuilder().name(oneLine(`${report.scenario}: ${report.title}`));
  const varying = varyingAxes(report.cells);
  for (const cell of report.cells) {
    const suite = document
      .testSuite()
      .name(oneLine(cell.id))
      .timestamp(oneLine(cell.samples[0]?.startedAt ?? report.startedAt))
      .time(cell.durationMs / 1000);
    properties(suite, cell);
    for (const sample of cell.samples) {
      addSample(suite, report, cell, sample);
      for (const test of sample.tests ?? []) addTest(suite, classOf(report, cell), sample.id, test);
    }
    if (cell.sharedWith !== undefined) addShared(suite, report, cell, cell.sharedWith);
    else if (cell.verdict.kind === 'skip') addSkip(suite, report, cell);
    if (cell.expected !== undefined) addExpectation(suite, report, cell, labelOf(cell, varying));
  }
  return document.build();
}

function properties(suite: TestSuite, cell: ReportCell): void {
  suite.property('verdict', wordOf(cell));
  if (rateOf(cell) !== undefined) suite.property('bad', rateText(cell));
  for (const [component, { packageVersion, sha256 }] of Object.entries(cell.artifacts)) {
    suite.property(oneLine(component), oneLine(`${packageVersion} sha256:${sha256}`));
  }
}

function addSample(suite: TestSuite, report: Report, cell: ReportCell, sample: ReportSample): void {
  const test = suite
    .testCase()
    .className(classOf(report, cell))
    .name(oneLine(sample.id))
    .time(sample.durationMs / 1000);
  if (sample.judged === 'bad') {
    const line = keyLineOfSample(report, sample);
    test.failure(oneLine(sample.because ?? 'the symptom was seen'), 'symptom').stacktrace(text(line ?? ''));
  } else if (sample.judged === 'unjudged') {
    test.error(oneLine(sample.because ?? 'not judged'), 'unjudged', text(sample.errors.join('\n')));
  }
  const metrics = Object.entries(sample.metrics).map(
    ([name, { value, unit }]) => `${name} ${formatValue(value, unit)}`,
  );
  const told = (sample.unexpected ?? []).map(unexpectedText);
  const output = [...metrics, ...told];
  if (output.length > 0) test.standardOutput(text(output.join('\n')));
}

/** A test of the program that the sample ran. */
function addTest(suite: TestSuite, className: string, sample: string, result: TestResult): void {
  const test = suite
    .testCase()
    .className(className)
    .name(oneLine(`${sample} ${result.name}`))
    .time(result.durationMs / 1000);
  const message = result.message ?? '';
  if (result.outcome === 'failed') test.failure(oneLine(message), 'test').stacktrace(text(message));
  if (result.outcome === 'skipped') test.skipped().standardOutput(text(message));
}

/** Its samples are tests of the other cell, once. */
function addShared(suite: TestSuite, report: Report, cell: ReportCell, first: string): void {
  suite.property('sharedWith', oneLine(first));
  const test = suite.testCase().className(classOf(report, cell)).name('verdict');
  test.skipped().standardOutput(text(`same builds and settings as ${first}, and so its result`));
}

/** A cell without a verdict is an error of its own, unless that is what was expected of it. */
function addSkip(suite: TestSuite, report: Report, cell: ReportCell): void {
  const test = suite.testCase().className(classOf(report, cell)).name('verdict');
  const reason = cell.verdict.reason ?? '';
  if (cell.expected?.met) test.skipped().standardOutput(text(reason));
  else test.error(oneLine(reason), wordOf(cell), text(cell.consoleTail.join('\n')));
}

function addExpectation(suite: TestSuite, report: Report, cell: ReportCell, label: string): void {
  const { expected, verdict } = cell;
  if (expected === undefined) return;
  const test = suite.testCase().className(classOf(report, cell)).name(`expected ${expected.verdict}`);
  if (expected.met) return;
  const why = expected.why === undefined ? '' : `; expected because ${expected.why}`;
  test.failure(
    oneLine(`${SIGNS.bad} ${label}: expected ${expected.verdict}, was ${verdict.kind}${why}`),
    'expectation',
  );
}

/** Dots separate packages to those who read class names. */
const classOf = (report: Report, cell: ReportCell): string =>
  oneLine(`${report.scenario}.${cell.id.slice(cell.id.indexOf('/') + 1).replaceAll('.', '_')}`);

/** For a CDATA section, which must not hold its own end. */
const text = (given: string): string => lines(given).join('\n').replaceAll(']]>', ']] >');
