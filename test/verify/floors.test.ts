import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPECTS_KILLS } from '../../scripts/floor/choose.ts';
import type { SearchOptions } from '../../scripts/floor/search.ts';
import type { Floor } from '../../scripts/floor/types.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { pairsOf } from '../../scripts/verify/arms.ts';
import { type VerifyRequest, verify } from '../../scripts/verify/driver.ts';
import { compareFloors, floorArms, floorConfidence } from '../../scripts/verify/floors.ts';
import { pageOf } from '../../scripts/verify/page.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { type Answer, experimentOf, requestOf, started } from '../runner/support.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const MI = 1024 ** 2;
const scenario = scenarioOf({
  suite: { id: 'oci', cases: ['start'] },
  axes: { runc: ['1.1.5', '1.1.15'], cgroupDriver: ['cgroupfs', 'systemd'], memoryLimit: ['20Mi', '40Mi'] },
  symptom: { oomKill: {} },
  samples: 6,
});
const { pairs, unpaired } = pairsOf(scenario.cells, { runc: '1.1.5' }, { runc: '1.1.15' });
const arms = floorArms('oci', pairs, 50);
const [first] = arms;

function floor(
  cell: string,
  unreliable: number | undefined,
  certified: number | undefined,
  why?: string,
): Floor {
  return {
    cell,
    axes: {},
    case: 'start',
    kernel: '6.12',
    cgroup: 'v2',
    cgroupDriver: 'cgroupfs',
    why,
    unreliable,
    certified,
    failedAt: unreliable,
    runtime: undefined,
    samples: 30,
    failure: 'killed',
    tried: [{ limit: 5 * MI, failed: 3, total: 30 }],
  };
}

function answer(baseline: Floor, candidate: Floor) {
  const options = { tolerated: MI, confidence: 0.95 };
  return compareFloors(arms.slice(0, 1), [baseline, candidate], ['start'], options);
}

const [OLD, NEW] = [first?.baseline.id ?? '', first?.candidate.id ?? ''];

describe('the floors of a verification', () => {
  it('are those of its pairs without the memory limit, each once', () => {
    expect(arms.map(({ name, baseline, candidate }) => [name, baseline.id, candidate.id])).toEqual([
      [
        'cgroupDriver=cgroupfs',
        'test/runc=1.1.5,cgroupDriver=cgroupfs',
        'test/runc=1.1.15,cgroupDriver=cgroupfs',
      ],
      [
        'cgroupDriver=systemd',
        'test/runc=1.1.5,cgroupDriver=systemd',
        'test/runc=1.1.15,cgroupDriver=systemd',
      ],
    ]);
    const limits = pairsOf(scenario.cells, { memoryLimit: '20Mi' }, { memoryLimit: '40Mi' });
    expect(floorArms('oci', limits.pairs, 50)).toEqual([]);
  });

  it.each([
    // By at least 12 - 4 Mi.
    ['regressed', [3, 4], [12, 14]],
    // By at most 4 - 3 Mi, which is tolerated.
    ['safe', [3, 4], [3, 4]],
    ['safe', [12, 14], [3, 4]],
    ['inconclusive', [3, 4], [4, 6]],
  ] as const)('%s', (expected, [oldLow, oldHigh], [newLow, newHigh]) => {
    const { comparisons, gaps } = answer(
      floor(OLD, oldLow * MI, oldHigh * MI),
      floor(NEW, newLow * MI, newHigh * MI),
    );
    expect(gaps).toEqual([]);
    expect(comparisons).toMatchObject([
      {
        quantity: 'floor',
        answer: expected,
        change: {
          estimate: (newHigh - oldHigh) * MI,
          low: (newLow - oldHigh) * MI,
          high: (newHigh - oldLow) * MI,
        },
      },
    ]);
    expect(comparisons[0]?.because).toContain(`from ${newHigh}Mi (${newLow}Mi–${newHigh}Mi)`);
  });

  it('a candidate without one regressed where the largest limit is too small, else nothing is known', () => {
    const none = answer(
      floor(OLD, 3 * MI, 4 * MI),
      floor(NEW, 64 * MI, undefined, 'it fails at the largest limit, too'),
    );
    expect(none.comparisons).toMatchObject([
      { answer: 'regressed', change: { high: Number.POSITIVE_INFINITY } },
    ]);
    const ended = answer(floor(OLD, 3 * MI, 4 * MI), floor(NEW, undefined, undefined, 'the samples ended'));
    expect(ended).toEqual({
      comparisons: [],
      gaps: ['cgroupDriver=cgroupfs · start: no memory floor: the samples ended'],
    });
    expect(answer(floor(OLD, 3 * MI, 4 * MI), floor('other', MI, MI)).gaps.join()).toContain('not searched');
  });

  it('a case that provokes OOM kills has none to compare', () => {
    const { comparisons, gaps } = answer(
      floor(OLD, 3 * MI, 4 * MI),
      floor(NEW, undefined, undefined, EXPECTS_KILLS),
    );
    expect([comparisons, gaps]).toEqual([[], []]);
  });

  it('err together no more than is allowed', () => {
    expect(floorConfidence(0.95, 5)).toBeCloseTo(1 - 0.05 / 10, 12);
  });
});

describe('verify with floors', () => {
  const limitOf = ({ text }: Parameters<Answer>[0]) => Number(/"memory":\{"limit":(\d+)\}/.exec(text)?.[1]);
  const isNew = ({ spec }: Parameters<Answer>[0]) => spec.layers.some(({ name }) => name.includes('1.1.15'));
  const options: SearchOptions = {
    from: MI,
    to: 16 * MI,
    step: MI,
    rate: 0.5,
    confidence: 0.95,
    budget: 200,
  };

  async function requestFor(guest: Answer) {
    const dir = await temporaryDir();
    const { request, events } = requestOf(dir, scenario, guest);
    const own: VerifyRequest = {
      ...experimentOf(request),
      pairs,
      unpaired,
      baseline: '1.1.5',
      candidate: '1.1.15',
      tolerance: DEFAULT_TOLERANCE,
      budget: 6,
      seed: 5,
      floor: options,
    };
    return { request: own, events, dir };
  }

  it('says how much more must be reserved, and keeps the evidence of the search', async () => {
    const { request, events, dir } = await requestFor((call) => {
      const needed = isNew(call) ? 12 * MI : 4 * MI;
      const result = started(call);
      if (limitOf(call) >= needed) return result;
      return {
        stdout: `${result.stdout?.replace('create.code:0', 'create.code:1')}start-1/create.err:killed\n`,
      };
    });
    const { verification } = await verify(request, signal);
    const floors = verification.comparisons.filter(({ quantity }) => quantity === 'floor');
    expect(floors.map(({ arms: name, answer: one }) => [name, one])).toEqual([
      ['cgroupDriver=cgroupfs', 'regressed'],
      ['cgroupDriver=systemd', 'regressed'],
    ]);
    expect(verification.answer).toBe('regressed');
    expect(renderText(pageOf(verification), 100)).toMatch(/^floor {5}✘ regressed$/m);
    expect(renderMarkdown(pageOf(verification))).toContain('**floor: regressed**. starts reliably from 12Mi');
    expect(JSON.parse(await readFile(join(dir, 'floor/floor.json'), 'utf8'))).toMatchObject({
      confidence: floorConfidence(0.95, 4 * 3 + 2),
    });
    expect(events.filter(({ type }) => type === 'run-start')).toHaveLength(1);
  });
});
