import { describe, expect, it } from 'vitest';
import { believe } from '../../scripts/bisect/belief.ts';
import { commitsOf, excerpt } from '../../scripts/bisect/commits.ts';
import { secondsLeft } from '../../scripts/bisect/estimate.ts';
import type { Finding } from '../../scripts/bisect/events.ts';
import { parseGitLog } from '../../scripts/bisect/git-log.ts';
import type { History } from '../../scripts/bisect/history.ts';
import { logOf } from '../../scripts/bisect/log.ts';
import { makeRange } from '../../scripts/bisect/range.ts';
import { renderMarkdown, renderPage, renderReport } from '../../scripts/bisect/render.ts';
import { makeReport, type ReportInput } from '../../scripts/bisect/report.ts';
import { stateOf } from '../../scripts/bisect/state.ts';

/** v1 ─ a ─ b ─ m ─ v2, with s from a; s broke it, b does not build. */
const hash = (letter: string) => letter.repeat(40);
const [v1, a, b, s, m, v2] = ['0', 'a', 'b', '5', '8', '2'].map(hash) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const listing = [
  { id: v2, parents: [m] },
  { id: m, parents: [b, s] },
  { id: s, parents: [a] },
  { id: b, parents: [a] },
  { id: a, parents: [v1] },
];
const range = makeRange({ newest: v2, listing });
const subjects = new Map([
  ...[[v1, 'the first'] as const, [a, 'a'] as const, [b, 'b'] as const, [v2, 'the second'] as const],
  ...[[s, 'side: <b>break</b> it'] as const, [m, 'Merge pull request #12 from someone/side'] as const],
]);

const built = (revision: string, digest = revision): Finding => ({
  type: 'built',
  revision,
  digest,
  seconds: 5,
});
const samples = (revision: string, bad: number, good: number): Finding => ({
  type: 'samples',
  revision,
  purpose: 'search',
  seconds: 20,
  startSeconds: 4,
  dir: '',
  outcomes: [
    ...Array.from({ length: bad }, () => ({ judged: 'bad' as const, because: 'Killed process 7 (runc)' })),
    ...Array.from({ length: good }, () => ({ judged: 'good' as const })),
  ],
});
const findings: Finding[] = [
  ...[built(v2), samples(v2, 9, 1), built(v1), samples(v1, 0, 10), built(s), samples(s, 7, 1)],
  { type: 'skip', revision: b, reason: 'make: ***\nx.go:1: undefined: y', transient: false, seconds: 1 },
  ...[built(a), samples(a, 0, 12), built(m, v2)],
];
const search = { newest: v2, oldest: v1, findFix: false, byMetric: false, keepsMachine: false, skipped: [] };
const state = stateOf(search, findings);

const history: Pick<History, 'describe' | 'changedFiles'> = {
  describe: async (id) => ({
    id,
    message: `${subjects.get(id)}\n\nWhy not.`,
    author: 'A Tester',
    authorDate: '2024-09-01',
  }),
  changedFiles: async () => ['libcontainer/init.go', 'tests/integration/cgroups.bats', 'a_test.go'],
};

const input: ReportInput = {
  scenario: 'oom',
  scenarioSha256: '',
  component: 'runc',
  lookedFor: 'first-bad',
  metric: undefined,
  old: { revision: 'v1', id: v1 },
  new: { revision: 'v2', id: v2 },
  confidence: 0.95,
  checks: [],
  range,
  listing,
  state,
  findings,
  history: history as History,
  subjects,
  seconds: 200,
  conclusion: {
    kind: 'found',
    candidates: [s],
    confidence: 0.97,
    belief: believe(range, state.observations),
  },
};

describe('commitsOf', () => {
  const rows = commitsOf(range, state, believe(range, state.observations), subjects);

  it('has every candidate newest first, then the old end, with what was seen', () => {
    expect(rows.map(({ id }) => id)).toEqual([v2, m, s, b, a, v1]);
    expect(rows.find(({ id }) => id === s)).toMatchObject({ bad: 7, good: 1, skipped: undefined });
    expect(rows.find(({ id }) => id === m)).toMatchObject({ bad: 0, good: 0, sameAs: v2 });
    expect(rows.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    expect(rows.find(({ id }) => id === v1)).toMatchObject({ probability: 0, probabilityOfNew: 0 });
  });

  it('an excerpt keeps both ends and the likeliest, and says what it hides', () => {
    const rest = rows.reduce(
      (sum, { id, probability }) => sum + ([v2, s, v1].includes(id) ? 0 : probability),
      0,
    );
    const shown = excerpt(rows, 3);
    expect(shown.map((row) => ('hidden' in row ? row.hidden : row.id))).toEqual([v2, 1, s, 2, v1]);
    const hidden = shown.reduce((sum, row) => sum + ('hidden' in row ? row.probability : 0), 0);
    expect(hidden).toBeCloseTo(rest);
  });
});

describe('a report', () => {
  it('has the commit, how it came, the evidence on both sides, and what it took', async () => {
    const report = await makeReport(input);
    expect(report.suspects).toMatchObject([{ id: s, author: 'A Tester', pullRequest: '#12', mergedBy: m }]);
    expect(report.sides).toMatchObject({ before: { bad: 0, total: 22 }, after: { bad: 16, total: 18 } });
    expect(report).toMatchObject({ outcome: 'found', candidates: 5, steps: 4, builds: 5, samples: 40 });
    expect(report.changedTests).toEqual(['tests/integration/cgroups.bats', 'a_test.go']);
  });

  it('is told in words, with a bar a commit', async () => {
    const text = renderReport(await makeReport(input), 100);
    expect(text).toContain('first bad commit: 555555555 (97% sure)\n');
    expect(text).toContain('pull    #12, merged by 888888888\n');
    expect(text).toMatch(/^555555555 +[\d.]+% +█+·* +bad 7\/8 +side: <b>break<\/b> it$/m);
    expect(text).toMatch(/^bbbbbbbbb .* skip: x\.go:1: undefined: y +b$/m);
    expect(text).toMatch(/^888888888 .* same binary as 222222222 /m);
    expect(text).toContain('before  bad 0 of 22 (95% interval 0% to 15%)\nafter   bad 16 of 18 ');
    expect(text).toContain('\n        Killed process 7 (runc)\n');
    expect(text).toContain('5 commits in the range · 4 steps · 5 builds · 40 samples · 3 min 20 s\n');
    expect(text.replaceAll('\n', ' ')).toContain('every commit was tested by the same scenario, oom.');
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('is Markdown for a ticket, the commit first', async () => {
    const text = renderMarkdown(await makeReport(input));
    expect(text).toMatch(
      /^### oom: first bad commit: 555555555 \(97% sure\)\n\n\*\*The commit\*\*\n\n- Commit: `5{40}`\n/,
    );
    expect(text).toContain('- Pull request: \\#&#8203;12\n');
    expect(text).toContain('| after | 16 of 18 |');
    expect(text).toMatch(/^555555555 +[\d.]+% +█+·* +bad 7\/8 +side: <b>break<\/b> it$/m);
    expect(text).toContain('5 commits in the range · 4 steps');
  });

  it('says what was asked in vain', async () => {
    const stuck = { kind: 'stuck' as const, why: { reason: 'endpoint-skipped' as const, revision: v2 } };
    const text = renderReport(await makeReport({ ...input, conclusion: stuck }), 100);
    expect(text).toContain("no answer: 222222222 can't be tested, and it is an end of the range");
    const open = await makeReport({ ...input, conclusion: undefined });
    expect(open).toMatchObject({ outcome: 'interrupted', suspects: [] });
    expect(renderReport(open, 100)).toContain('interrupted: no answer yet');
  });

  it('tells what the causal check showed', async () => {
    const check = { expected: 'new' as const, outcomes: [{ judged: 'bad' as const }], reason: undefined };
    const checks = [
      { ...check, revision: `${v1}+${s}`, came: 'new' as const },
      { ...check, revision: `${v2}-${s}`, expected: 'old' as const, came: 'new' as const },
      { ...check, revision: `${v2}-${s}`, came: 'skip' as const, reason: 'CONFLICT (content)' },
    ];
    const text = renderReport(await makeReport({ ...input, checks }), 100);
    expect(text).toContain('check  000000000+555555555 is bad (bad 1/1), as a culprit makes it');
    expect(text).toContain('check  222222222-555555555 is bad (bad 1/1), but a culprit would make it good');
    expect(text).toContain('check  222222222-555555555 could not be tested: CONFLICT (content)');
  });

  it('is a page that quotes nothing as markup, and needs nothing but itself', async () => {
    const page = renderPage(await makeReport(input));
    expect(page).toContain('<h1>first bad commit: 555555555 (97% sure)</h1>');
    expect(page).toContain('side: &lt;b&gt;break&lt;/b&gt; it');
    expect(page).not.toContain('<b>break');
    expect(page).not.toMatch(/<script|src=|href="http/);
    expect(page.match(/<div class="row">/g)).toHaveLength(6);
    expect(page.match(/<circle class="point bad"/g)).toHaveLength(2);
  });

  it('a page by a metric has a dot a value', async () => {
    const value = (one: Finding): Finding =>
      one.type === 'samples'
        ? { ...one, outcomes: one.outcomes.map(({ judged }, at) => ({ judged, value: 1000 + at })) }
        : one;
    const measured = findings.map(value);
    const page = renderPage(
      await makeReport({
        ...input,
        metric: 'memory.peak',
        state: stateOf(search, measured),
        findings: measured,
      }),
    );
    expect(page.match(/<circle class="point/g)).toHaveLength(40);
    expect(page).toContain('memory.peak: 0');
  });
});

describe('logOf', () => {
  const endpoints = { good: { revision: 'v1', id: v1 }, bad: { revision: 'v2', id: v2 } };
  const request = { ...endpoints, findFix: false, firstParent: false, paths: [], confidence: 0.95 };
  const rows = commitsOf(range, state, believe(range, state.observations), subjects);

  it('tells git what is sure, and people all of it', () => {
    const log = logOf(request as never, { subjects, commits: rows, order: [v2, v1, s, b, a, m], culprit: s });
    expect(parseGitLog(log).verdicts).toEqual([
      { revision: v2, verdict: 'new' },
      { revision: v1, verdict: 'old' },
      { revision: s, verdict: 'new' },
      { revision: b, verdict: 'skip' },
      { revision: a, verdict: 'old' },
      { revision: m, verdict: 'new' },
    ]);
    expect(log).toContain(`# bad 7/8\n# bad: [${s}] side: <b>break</b> it\ngit bisect bad ${s}\n`);
    expect(log.trimEnd().split('\n').at(-1)).toBe(`# first bad commit: [${s}] side: <b>break</b> it`);
  });

  it('leaves out what was built ahead and not tested', () => {
    const ahead = rows.map((row) => (row.id === a ? { ...row, good: 0 } : row));
    const log = logOf(request as never, { subjects, commits: ahead, order: [a, m], culprit: s });
    expect(log).not.toContain(`git bisect good ${a}`);
  });

  it('leaves open what is not sure', () => {
    const unsure = rows.map((row) => (row.id === a ? { ...row, probabilityOfNew: 0.4 } : row));
    const log = logOf(request as never, { subjects, commits: unsure, order: [a], culprit: undefined });
    expect(log).not.toContain(`git bisect good ${a}`);
    expect(log).toContain('# aaaaaaaaa is open (bad 0/12) a');
  });
});

describe('secondsLeft', () => {
  const costs = { build: 10, start: 5, sample: 1 };
  const step = { revision: s, samples: 4, information: 0.5, seconds: 20 };
  const belief = believe(range, []);

  it('is as many steps as the bits that are wanting take', () => {
    const left = secondsLeft({ kind: 'sample', purpose: 'search', step }, belief, 0.95, costs);
    // log2 5 bits of five equal candidates; 0.286 bits are left at 95%.
    expect(left).toBeCloseTo(((Math.log2(5) - 0.2864) / 0.5) * 20, 1);
  });

  it('is a rule of thumb before the search, and nothing at the end', () => {
    const first = { ...step, information: 0 };
    const left = secondsLeft({ kind: 'sample', purpose: 'new', step: first }, belief, 0.95, costs);
    expect(left).toBe(20 + 3 * 21);
    const stuck = { kind: 'stuck' as const, why: { reason: 'indistinct' as const } };
    expect(secondsLeft(stuck, belief, 0.95, costs)).toBeUndefined();
  });
});
