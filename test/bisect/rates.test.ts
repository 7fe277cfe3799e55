import { describe, expect, it } from 'vitest';
import { marginal, surenessOfRise, type Tally } from '../../scripts/bisect/rates.ts';

const tally = (hits: number, misses: number): Tally => ({ hits, misses });

/** log Γ for the halves and wholes that Jeffreys' prior needs, by recurrence. */
function logGamma(x: number): number {
  let sum = 0;
  for (let at = x - 1; at > 0; at--) sum += Math.log(at);
  return sum + (Number.isInteger(x) ? 0 : Math.log(Math.sqrt(Math.PI)));
}

/** The Beta–Bernoulli marginal of one side, without the order. */
function betaBernoulli({ hits, misses }: Tally): number {
  return logGamma(hits + 0.5) + logGamma(misses + 0.5) - logGamma(hits + misses + 1) - Math.log(Math.PI);
}

describe('marginal', () => {
  it('is the Beta–Bernoulli one where the order is beyond doubt', () => {
    const cases: [Tally, Tally][] = [
      [tally(0, 30), tally(30, 0)],
      [tally(1, 40), tally(35, 3)],
      [tally(0, 300), tally(290, 10)],
    ];
    const offsets = cases.map(
      ([old, recent]) => marginal(old, recent).logEvidence - betaBernoulli(old) - betaBernoulli(recent),
    );
    for (const offset of offsets) expect(offset).toBeCloseTo(offsets[0] ?? 0, 3);
  });

  it('shares it out between the two orders where there is doubt', () => {
    const [one, other] = [tally(3, 7), tally(5, 6)];
    const both = Math.log(
      Math.exp(marginal(one, other).logEvidence) + Math.exp(marginal(other, one).logEvidence),
    );
    const sure = [tally(0, 30), tally(30, 0)] as const;
    const offset = marginal(...sure).logEvidence - betaBernoulli(sure[0]) - betaBernoulli(sure[1]);
    expect(both - betaBernoulli(one) - betaBernoulli(other)).toBeCloseTo(offset, 4);
  });

  it('expects the rates that Jeffreys expects', () => {
    const { oldRate, newRate } = marginal(tally(0, 20), tally(30, 10));
    expect(oldRate).toBeCloseTo(0.5 / 21, 3);
    expect(newRate).toBeCloseTo(30.5 / 41, 3);
  });

  it('expects a new rate above the old one, whatever was seen', () => {
    const { oldRate, newRate } = marginal(tally(8, 2), tally(2, 8));
    expect(newRate).toBeGreaterThan(oldRate);
    expect(marginal(tally(0, 0), tally(0, 0)).newRate).toBeGreaterThan(0.6);
  });

  it('survives counts whose probability no number can hold', () => {
    const { logEvidence, newRate } = marginal(tally(100, 4000), tally(2000, 2000));
    expect(Number.isFinite(logEvidence)).toBe(true);
    expect(newRate).toBeCloseTo(0.5, 2);
  });
});

describe('surenessOfRise', () => {
  it.each([
    [tally(0, 0), tally(0, 0), 0.5],
    [tally(5, 5), tally(5, 5), 0.5],
    // Two uniform draws ordered: what Fisher's exact test has as a one-sided p of 1 / C(10, 5).
    [tally(0, 5), tally(5, 0), 0.9995],
    [tally(5, 0), tally(0, 5), 0.0005],
  ])('%j, %j: %d', (old, recent, expected) => {
    expect(surenessOfRise(old, recent)).toBeCloseTo(expected, 3);
  });
});
