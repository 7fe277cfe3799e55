import { describe, expect, it } from 'vitest';
import { certifying, probing, type SearchOptions, search, type Trial } from '../../scripts/floor/search.ts';
import { seeded } from '../../scripts/lib/random.ts';

const MI = 1024 ** 2;
const OPTIONS: SearchOptions = {
  from: MI,
  to: 64 * MI,
  step: MI / 4,
  rate: 0.1,
  confidence: 0.95,
  budget: 2000,
};

/** Runs the search against what fails with the rate `rateAt` of its limit. */
function simulate(rateAt: (limit: number) => number, options: SearchOptions, seed = 1) {
  const draw = seeded(seed);
  const trials: Trial[] = [];
  for (;;) {
    const { next, known } = search(trials, options);
    if (next === undefined) return { known, trials };
    trials.push({ limit: next, failed: draw(1_000_000) < rateAt(next) * 1_000_000 });
  }
}

const stepAt = (floor: number) => (limit: number) => (limit < floor ? 1 : 0);

describe('the search for a floor', () => {
  it.each([1, 1.25, 6, 14.75, 63.75, 64])('finds a plain edge at %s Mi exactly', (edge) => {
    const { known, trials } = simulate(stepAt(edge * MI), OPTIONS);
    expect(known).toEqual({
      certified: edge * MI,
      unreliable: edge === 1 ? undefined : edge * MI - OPTIONS.step,
      failedAt: edge === 1 ? undefined : edge * MI - OPTIONS.step,
      why: undefined,
    });
    expect(trials.length).toBeLessThanOrEqual(8 * probing(OPTIONS) + certifying(1, OPTIONS));
  });

  it('says when nothing up to the largest limit is reliable', () => {
    const { known } = simulate(() => 1, OPTIONS);
    expect(known).toMatchObject({ certified: undefined, unreliable: 64 * MI, failedAt: 64 * MI });
    expect(known.why).toBe('it fails at the largest limit, too');
  });

  it('tells what is known when the samples end', () => {
    const { known, trials } = simulate(stepAt(6 * MI), { ...OPTIONS, budget: 40 });
    expect(trials).toHaveLength(40);
    expect(known).toEqual({
      certified: undefined,
      unreliable: 5.75 * MI,
      failedAt: 5.75 * MI,
      why: 'the samples ended',
    });
  });

  it('takes as many samples as the binomial distribution asks for', () => {
    // 0.9^42 = 0.01197 is below 0.025 / 2, 0.9^41 = 0.01330 is not.
    expect(certifying(1, OPTIONS)).toBe(42);
    expect(certifying(2, OPTIONS)).toBe(49);
    // 253 limits take 8 halvings, twice: 0.1^3 is below 0.025 / 16, and so is 0.5^10, but not 0.5^9.
    expect(probing(OPTIONS)).toBe(3);
    expect(probing({ ...OPTIONS, rate: 0.5 })).toBe(10);
  });

  // The error allowed to each end is 2.5%: of 200 runs 5, and with four standard deviations of luck 13.
  const RUNS = 200;
  const LUCK = 13;
  it.each([
    ['steep', 1],
    ['soft', 4],
  ])('errs at neither end more often than it says, at a %s edge', { timeout: 60_000 }, (_, width) => {
    const options = { ...OPTIONS, to: 32 * MI, budget: 5000 };
    // Falls from 1 at 8 Mi to 0, by a straight line.
    const rateAt = (limit: number) => Math.min(1, Math.max(0, (8 * MI + width * MI - limit) / (width * MI)));
    let [tooLow, tooHigh, unfinished] = [0, 0, 0];
    for (let seed = 1; seed <= RUNS; seed++) {
      const { known } = simulate(rateAt, options, seed);
      if (known.certified === undefined) unfinished++;
      else if (rateAt(known.certified) >= options.rate) tooLow++;
      if (known.unreliable !== undefined && rateAt(known.unreliable) <= options.rate) tooHigh++;
    }
    expect(unfinished).toBe(0);
    expect(tooLow).toBeLessThanOrEqual(LUCK);
    expect(tooHigh).toBeLessThanOrEqual(LUCK);
  });

  it('keeps to that where the rate at every limit is just too high', () => {
    const options = { ...OPTIONS, to: 4 * MI, budget: 5000 };
    let wrong = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      if (simulate(() => 0.1, options, seed).known.certified !== undefined) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(LUCK);
    expect(wrong).toBeGreaterThan(0);
  });
});
