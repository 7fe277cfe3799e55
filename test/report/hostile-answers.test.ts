/** What the commands answer of strangers' builds and scenarios, with hostile text wherever a text can stand. */
import { describe, expect, test } from 'vitest';
import { pageOf as benchPage } from '../../scripts/bench/page.ts';
import type { Benchmark } from '../../scripts/bench/types.ts';
import { renderMarkdown as bisectMarkdown, renderPage, renderReport } from '../../scripts/bisect/render.ts';
import type { BisectReport } from '../../scripts/bisect/report.ts';
import { pageOf as floorPage } from '../../scripts/floor/page.ts';
import type { Floors } from '../../scripts/floor/types.ts';
import { pageOf as isolatePage } from '../../scripts/isolate/page.ts';
import type { Isolation } from '../../scripts/isolate/types.ts';
import { safeJson } from '../../scripts/lib/plain.ts';
import type { AnswerPage } from '../../scripts/page/blocks.ts';
import { answerSection, renderHtmlPage } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { pageHtml, type Section } from '../../scripts/report/html-parts.ts';
import { html } from '../../scripts/report/markup.ts';
import { pageOf as verifyPage } from '../../scripts/verify/page.ts';
import type { Verification } from '../../scripts/verify/types.ts';
import { filled } from '../fixtures/reports/filled.ts';
import { HOSTILE } from '../fixtures/reports/hostile-texts.ts';
import { expectSafeHtml, expectSafeMarkdown, expectSafeText } from './safe.ts';

const verification = (text: string): Verification => ({
  schema: 'repro.verify/1',
  scenario: text,
  title: text,
  baseline: text,
  candidate: text,
  confidence: 0.95,
  tolerance: { failures: 0.1, memory: 0.1, time: 0.1 },
  budget: 10,
  seed: 1,
  order: [{ cell: text, sample: text }],
  answer: 'regressed',
  comparisons: (['safe', 'regressed', 'inconclusive'] as const).map((answer) => ({
    arms: text,
    case: text,
    quantity: 'memory',
    metric: text,
    baseline: { n: 5, bad: 1, median: 3 },
    candidate: { n: 5, bad: 1, median: 3 },
    change: { estimate: 0.1, low: 0, high: 0.2 },
    method: text,
    p: 0.1,
    answer,
    because: text,
  })),
  gaps: [text, text],
  notes: [text],
  builds: { baseline: [text], candidate: [text] },
  common: [text],
});

const alone = ({ title, body }: Section): string => pageHtml({ title, header: html``, main: body });

/** In all that a page is rendered as. */
function expectSafe(page: AnswerPage): void {
  expectSafeText(renderText(page, 80));
  expectSafeMarkdown(renderMarkdown(page));
  expectSafeHtml(renderHtmlPage(page));
  expectSafeHtml(alone(answerSection(page)));
}

const timed = { n: 3, median: 1, low: 1, high: 2 };
const ratio = { estimate: 1, low: 0.5, high: 2 };
const benchmark = (text: string): Benchmark => ({
  schema: 'repro.bench/2',
  scenario: text,
  title: text,
  baseline: text,
  candidate: text,
  confidence: 0.95,
  tolerate: 0.1,
  seed: 1,
  rounds: 3,
  outcome: 'slower',
  order: [{ cell: text, sample: text }],
  timings: [
    {
      at: text,
      case: text,
      metric: text,
      noise: 1.1,
      baseline: timed,
      candidate: timed,
      ratio,
      same: ratio,
      outcome: 'slower',
      because: text,
    },
  ],
  gaps: [text],
  builds: { baseline: [text], candidate: [text] },
  common: [text],
});

const floors = (text: string): Floors => ({
  schema: 'repro.floor/2',
  scenario: text,
  title: text,
  from: 1e6,
  to: 1e7,
  step: 1e5,
  rate: 0.1,
  confidence: 0.95,
  budget: 10,
  floors: [
    {
      cell: text,
      axes: { [text]: text },
      case: text,
      kernel: text,
      cgroup: text,
      cgroupDriver: text,
      runtime: { reported: text, bytes: 3 },
      tried: [{ limit: 1e6, failed: 1, total: 2 }],
      samples: 2,
      failure: text,
      certified: undefined,
      unreliable: 1e6,
      failedAt: 1e6,
      why: text,
    },
  ],
});

const isolation = (text: string, cells: readonly string[]): Isolation => ({
  schema: 'repro.isolate/2',
  scenario: text,
  title: text,
  fail: text,
  pass: text,
  looks: [3],
  confidence: 0.95,
  full: false,
  cause: { [text]: text },
  axes: [
    {
      axis: text,
      from: text,
      to: text,
      role: 'decides',
      inCause: true,
      pairs: 1,
      rate: { estimate: 0.5, low: 0.1, high: 0.9 },
      p: 0.01,
      metric: { name: text, unit: text, shift: 1, p: 0.1 },
      because: text,
    },
  ],
  interactions: [{ axis: text, with: text, because: text }],
  points: [...cells, text].map((cell) => ({
    cell,
    axes: { [text]: text },
    verdict: text,
    rate: { bad: 1, total: 2, interval: { low: 0, high: 1, confidence: 0.95 } },
  })),
  problem: undefined,
  words: [text, text],
});

const bisection = (text: string): BisectReport => {
  const side = { bad: 1, total: 2, interval: { low: 0, high: 1, confidence: 0.95 }, example: text };
  return {
    schema: 'repro.bisect/2',
    scenario: text,
    scenarioSha256: text,
    component: text,
    lookedFor: 'first-bad',
    old: { revision: text, id: text },
    new: { revision: text, id: text },
    candidates: 2,
    outcome: 'found',
    about: text,
    confidence: { asked: 0.95, reached: 0.97 },
    suspects: [0, 1].map(() => ({
      id: text,
      message: text,
      author: text,
      authorDate: text,
      probability: 0.9,
      pullRequest: text,
      mergedBy: text,
      changedTests: [],
    })),
    sides: { before: side, after: side },
    commits: [
      {
        id: text,
        subject: text,
        probability: 0.9,
        probabilityOfNew: 0.9,
        bad: 1,
        good: 1,
        unjudged: 0,
        values: [1, 2],
        skipped: text,
        sameAs: undefined,
      },
    ],
    metric: { name: text, cut: undefined },
    steps: 1,
    builds: 1,
    samples: 4,
    seconds: 3,
    changedTests: [text],
    checks: [{ revision: text, expected: 'old', came: 'skip', outcomes: [], reason: text }],
  };
};

describe.each(Object.entries(HOSTILE))('%s', (_, text) => {
  test('verify', () => expectSafe(verifyPage(verification(text))));

  test('bench', () => expectSafe(benchPage(benchmark(text))));

  test('floor', () => expectSafe(floorPage(floors(text))));

  test('isolate', () => {
    const report = filled(text);
    const answer = isolation(
      text,
      report.cells.map(({ id }) => id),
    );
    for (const one of [answer, { ...answer, problem: text }]) expectSafe(isolatePage(one, report));
  });

  test('bisect', () => {
    const answer = bisection(text);
    expectSafeText(renderReport(answer, 80));
    expectSafeMarkdown(bisectMarkdown(answer));
    expectSafeHtml(renderPage(answer));
  });

  test('as JSON', () => {
    const all = [verification(text), benchmark(text), floors(text), isolation(text, []), bisection(text)];
    for (const answer of all)
      expect(safeJson(answer).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});
