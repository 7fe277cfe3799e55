import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasBit } from '../../scripts/bisect/bits.ts';
import { DEFAULT_LIMITS } from '../../scripts/bisect/decide.ts';
import { type BisectEvent, bisect, type SearchRequest, type Tester } from '../../scripts/bisect/driver.ts';
import type { Finding } from '../../scripts/bisect/events.ts';
import { openJournal } from '../../scripts/bisect/journal.ts';
import type { SampleOutcome } from '../../scripts/bisect/outcome.ts';
import type { Range } from '../../scripts/bisect/range.ts';
import { costsOf } from '../../scripts/bisect/state.ts';
import { InterruptedError } from '../../scripts/lib/errors.ts';
import { temporaryDir } from '../vm/support.ts';
import { lineRange } from './graphs.ts';

const { signal } = new AbortController();
const costs = { build: 60, start: 15, sample: 2 };

/** What happens to a revision: `bad` when it has the culprit. */
interface Script {
  readonly culprit: string;
  readonly range: Range;
  /** Revisions that don't build. */
  readonly broken?: readonly string[];
  readonly digest?: (revision: string) => string;
  /** In place of good and bad. Throws to refuse, as a machine does. */
  readonly sample?: (bad: boolean, revision: string, index: number) => SampleOutcome;
}

interface Scripted extends Tester {
  readonly built: string[];
  readonly sampled: string[];
}

function tester({ culprit, range, broken = [], digest = (one) => one, sample }: Script): Scripted {
  const index = range.indexOf(culprit) ?? -1;
  const [built, sampled]: string[][] = [[], []];
  let count = 0;
  return {
    keepsMachine: true,
    built: built ?? [],
    sampled: sampled ?? [],
    async build(revision) {
      built?.push(revision);
      if (broken.includes(revision)) return { refused: 'x.go:1: undefined: y', transient: false };
      return { digest: digest(revision) };
    },
    async sample(revision, samples) {
      sampled?.push(revision);
      const bad = hasBit(range.reach(revision), index);
      const outcome = sample ?? ((is) => ({ judged: is ? 'bad' : 'good' }) as SampleOutcome);
      try {
        const outcomes = Array.from({ length: samples }, () => outcome(bad, revision, ++count));
        return { outcomes, startSeconds: 1, dir: `steps/${sampled?.length}` };
      } catch (error) {
        return { refused: String(error), transient: true };
      }
    },
  };
}

function orderOf(range: Range, changes: Partial<SearchRequest> = {}): SearchRequest {
  return {
    range,
    oldest: 'old',
    mergeBases: [],
    confidence: 0.95,
    limits: DEFAULT_LIMITS,
    expected: costs,
    findFix: false,
    byMetric: false,
    skipped: [],
    ahead: false,
    ...changes,
  };
}

async function run(order: SearchRequest, scripted: Tester, file?: string, stop: AbortSignal = signal) {
  const journal = await openJournal(file ?? join(await temporaryDir(), 'journal.ndjson'));
  const events: BisectEvent[] = [];
  let clock = 0;
  const conclusion = await bisect(
    order,
    { tester: scripted, journal, listener: (event) => void events.push(event), now: () => clock++ },
    stop,
  );
  return { conclusion, events, findings: journal.findings };
}

describe('bisect', () => {
  const range = lineRange(20);

  it('finds the culprit, and builds each revision once', async () => {
    const scripted = tester({ range, culprit: 'c7' });
    const { conclusion, findings } = await run(orderOf(range), scripted);
    expect(conclusion).toMatchObject({ kind: 'found', candidates: ['c7'] });
    expect(new Set(scripted.built).size).toBe(scripted.built.length);
    expect(scripted.built.length).toBeLessThanOrEqual(7);
    expect(findings.filter(({ type }) => type === 'built')).toHaveLength(scripted.built.length);
  });

  it('what does not build is skipped, with the reason', async () => {
    const scripted = tester({ range, culprit: 'c7', broken: ['c6', 'c7'] });
    const { conclusion, findings } = await run(orderOf(range), scripted);
    expect(conclusion).toMatchObject({ kind: 'found', candidates: ['c8', 'c7', 'c6'] });
    expect(findings).toContainEqual(
      expect.objectContaining({ type: 'skip', revision: 'c7', reason: 'x.go:1: undefined: y' }),
    );
  });

  it('what was said to be untestable is never built', async () => {
    const scripted = tester({ range, culprit: 'c7' });
    await run(orderOf(range, { skipped: ['c10', 'c11'] }), scripted);
    expect(scripted.built).not.toContain('c10');
    expect(scripted.built).not.toContain('c11');
  });

  it('a binary that was tested already is not tested again', async () => {
    // Only c7 changed the binary.
    const digest = (one: string) => (one === 'old' || Number(one.slice(1)) < 7 ? 'before' : 'after');
    const scripted = tester({ range, culprit: 'c7', digest });
    const { conclusion } = await run(orderOf(range), scripted);
    expect(conclusion).toMatchObject({ kind: 'found', candidates: ['c7'] });
    expect(new Set(scripted.sampled)).toEqual(new Set(['c20', 'old']));
  });

  it('equal binaries at both ends end it', async () => {
    const scripted = tester({ range, culprit: 'c7', digest: () => 'same' });
    const { conclusion } = await run(orderOf(range), scripted);
    expect(conclusion).toMatchObject({ kind: 'stuck', why: { reason: 'same-binary' } });
  });

  it('a failure that is not the symptom counts for nothing', async () => {
    // Every other sample fails in another way; some revisions do nothing else.
    const sample: Script['sample'] = (bad, revision, index) => ({
      judged: revision === 'c10' || index % 2 === 0 ? 'unjudged' : bad ? 'bad' : 'good',
    });
    const { conclusion, events } = await run(orderOf(range), tester({ range, culprit: 'c7', sample }));
    expect(conclusion).toMatchObject({ kind: 'found', candidates: ['c7'] });
    const last = events.findLast((event) => event.type === 'known');
    if (last?.type === 'known' && last.state.outcomes.has('c10')) {
      expect(last.state.reasons.get('c10')).toMatch(/could not be judged/);
    }
  });

  it('a machine that fails once is tried again, one that fails twice is a skip', async () => {
    const lost = (often: number): Script['sample'] => {
      let failures = 0;
      return (bad, revision) => {
        if (revision === 'old' && failures++ < often) throw new Error('lost');
        return { judged: bad ? 'bad' : 'good' };
      };
    };
    const once = await run(orderOf(range), tester({ range, culprit: 'c7', sample: lost(1) }));
    expect(once.conclusion).toMatchObject({ candidates: ['c7'] });
    const twice = await run(orderOf(range), tester({ range, culprit: 'c7', sample: lost(2) }));
    expect(twice.conclusion).toMatchObject({ why: { reason: 'endpoint-skipped', revision: 'old' } });
  });

  it('looks for the commit that mended it', async () => {
    const sample: Script['sample'] = (mended) => ({ judged: mended ? 'good' : 'bad' });
    const { conclusion } = await run(
      orderOf(range, { findFix: true }),
      tester({ range, culprit: 'c7', sample }),
    );
    expect(conclusion).toMatchObject({ candidates: ['c7'] });
  });

  it('sees by a metric what never fails', async () => {
    const sample: Script['sample'] = (bad, _, index) => ({
      judged: 'good',
      value: (bad ? 9 : 3) + (index % 3),
    });
    const scripted = tester({ range, culprit: 'c7', sample });
    const { conclusion, events } = await run(orderOf(range, { byMetric: true }), scripted);
    expect(conclusion).toMatchObject({ candidates: ['c7'] });
    const last = events.findLast((event) => event.type === 'known');
    expect(last).toMatchObject({ state: { cut: { side: 'above', at: 7 } } });
  });

  it('says so when there is no such metric', async () => {
    const { conclusion } = await run(orderOf(range, { byMetric: true }), tester({ range, culprit: 'c7' }));
    expect(conclusion).toMatchObject({ kind: 'stuck', why: { reason: 'no-metric', revision: 'c20' } });
  });

  it('builds ahead what it then wants, while samples run', async () => {
    const scripted = tester({ range, culprit: 'c7' });
    const { conclusion, events } = await run(orderOf(range, { ahead: true }), scripted);
    expect(conclusion).toMatchObject({ candidates: ['c7'] });
    const ahead = events.flatMap((event) => (event.type === 'build' && event.ahead ? event.revision : []));
    expect(ahead.filter((revision) => scripted.sampled.includes(revision)).length).toBeGreaterThan(1);
    expect(new Set(scripted.built).size).toBe(scripted.built.length);
  });

  it('goes on after an interrupt where it was, and comes to the same', async () => {
    const whole = tester({ range, culprit: 'c7' });
    await run(orderOf(range), whole);
    const file = join(await temporaryDir(), 'journal.ndjson');
    const stop = new AbortController();
    const first = tester({
      range,
      culprit: 'c7',
      sample: (bad, revision) => {
        if (!['c20', 'old'].includes(revision)) stop.abort(new InterruptedError());
        return { judged: bad ? 'bad' : 'good' };
      },
    });
    await expect(run(orderOf(range), first, file, stop.signal)).rejects.toThrow(InterruptedError);
    // As a crash leaves it.
    await writeFile(file, `${await readFile(file, 'utf8')}{"type":"samples","revi`);
    const second = tester({ range, culprit: 'c7' });
    const { conclusion } = await run(orderOf(range), second, file);
    expect(conclusion).toMatchObject({ candidates: ['c7'] });
    // The interrupted samples are all that is done twice.
    expect([...first.sampled.slice(0, -1), ...second.sampled]).toEqual(whole.sampled);
    expect([...first.built, ...second.built]).toEqual(whole.built);
  });
});

describe('a step that was begun and not ended', () => {
  const range = lineRange(20);
  const built = (revision: string): Finding => ({ type: 'built', revision, digest: revision, seconds: 1 });
  const step: Finding = { type: 'step', revision: 'c3', purpose: 'search', samples: 5 };
  const ended: Finding = {
    type: 'samples',
    revision: 'c3',
    purpose: 'search',
    seconds: 1,
    startSeconds: 1,
    dir: 'steps/1',
    outcomes: Array.from({ length: 5 }, () => ({ judged: 'good' as const })),
  };

  async function sampledAfter(...findings: Finding[]) {
    const file = join(await temporaryDir(), 'journal.ndjson');
    const journal = await openJournal(file);
    for (const finding of findings) await journal.append(finding);
    const scripted = tester({ range, culprit: 'c7' });
    const after = await run(orderOf(range), scripted, file);
    return { sampled: scripted.sampled, ...after };
  }

  it('is finished first, as it was decided, whatever would be decided now', async () => {
    const { sampled, conclusion, findings } = await sampledAfter(built('c3'), step, built('c20'));
    expect(sampled[0]).toBe('c3');
    expect(findings[3]).toMatchObject({ type: 'samples', revision: 'c3', purpose: 'search' });
    expect(findings[3]).toHaveProperty('outcomes.length', 5);
    expect(conclusion).toMatchObject({ candidates: ['c7'] });
  });

  it.each([
    ['its samples', ended],
    ['its refusal', { type: 'skip', revision: 'c3', reason: 'x', transient: false, seconds: 1 } as Finding],
  ])('is over with %s', async (_, end) => {
    const { sampled } = await sampledAfter(built('c3'), step, built('c20'), end);
    expect(sampled[0]).toBe('c20');
  });
});

describe('openJournal', () => {
  it('gives another chance to what failed for reasons of the moment', async () => {
    const file = join(await temporaryDir(), 'journal.ndjson');
    const skip: Finding = { type: 'skip', revision: 'c1', reason: 'lost', transient: true, seconds: 1 };
    const broken: Finding = { ...skip, revision: 'c2', reason: 'x.go:1', transient: false };
    const journal = await openJournal(file);
    await journal.append(skip);
    await journal.append(broken);
    expect((await openJournal(file)).findings).toEqual([skip, broken]);
    expect((await openJournal(file, { retry: true })).findings).toEqual([broken]);
  });

  it('refuses what it did not write', async () => {
    const file = join(await temporaryDir(), 'journal.ndjson');
    await writeFile(file, '{"type":"built","revision":"c1","digest":"d","seconds":1}\n{"type":"guess"}\n');
    await expect(openJournal(file)).rejects.toThrow(`${file}:2 is damaged`);
  });
});

describe('costsOf', () => {
  const samples = (seconds: number, startSeconds: number, count: number): Finding => ({
    type: 'samples',
    revision: 'c1',
    purpose: 'search',
    seconds,
    startSeconds,
    dir: '',
    outcomes: Array.from({ length: count }, () => ({ judged: 'good' })),
  });

  it('is what was expected until something was seen', () => {
    expect(costsOf([], costs)).toEqual(costs);
  });

  it('is the mean of what was seen; what was there already does not count', () => {
    const findings: Finding[] = [
      { type: 'built', revision: 'c1', digest: '', seconds: 10 },
      { type: 'built', revision: 'c2', digest: '', seconds: 20 },
      { type: 'built', revision: 'c3', digest: '', seconds: 0 },
      samples(40, 20, 10),
      samples(4, 0, 1),
    ];
    expect(costsOf(findings, costs)).toEqual({ build: 15, start: 20, sample: 3 });
  });
});
