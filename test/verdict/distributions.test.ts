import { describe, expect, it, test } from 'vitest';
import {
  betaQuantile,
  binomialPmf,
  hypergeometricPmf,
  lnBeta,
  lnChoose,
  normalCdf,
  normalQuantile,
} from '../../scripts/verdict/distributions.ts';

/** Relative, but for numbers that are all but 0. */
const near = (value: number, expected: number, error = 1e-9) =>
  expect(Math.abs(value - expected) / Math.max(Math.abs(expected), 1e-250)).toBeLessThan(error);

describe('betaQuantile', () => {
  it.each([0.0005, 0.025, 0.5, 0.975, 1 - 1e-6])('is what algebra says where one parameter is 1: %d', (p) => {
    for (const n of [1, 2, 12, 48, 1000, 200_000]) {
      near(betaQuantile(p, 1, n), -Math.expm1(Math.log1p(-p) / n));
      near(betaQuantile(p, n, 1), p ** (1 / n));
    }
  });

  it('is where the sum of the binomial distribution says', () => {
    // I_x(a, b) is the chance of a or more events in a + b - 1 trials (Abramowitz and Stegun, 26.5.24).
    for (const n of [5, 48, 400, 10_000, 200_000]) {
      for (const a of [1, 2, 4]) {
        for (const p of [1e-6, 0.025, 0.5, 0.975, 1 - 1e-6]) {
          const x = betaQuantile(p, a, n - a + 1);
          let fewer = 0;
          for (let k = 0; k < a; k++) fewer += binomialPmf(k, n, x);
          expect(Math.abs(fewer - (1 - p)), `n ${n}, a ${a}, p ${p}`).toBeLessThan(1e-9);
        }
      }
    }
  });

  it('has ends', () => {
    expect([0, 1].map((p) => betaQuantile(p, 2, 3))).toEqual([0, 1]);
  });
});

test('the normal distribution at points of its tables', () => {
  near(normalCdf(-1.96), 0.0249978951482204);
  near(normalCdf(-8), 6.22096057427178e-16);
  near(normalQuantile(0.975), 1.959963984540054);
  near(normalQuantile(1e-9), -5.997807015007687);
});

test('the beta function where it is known', () => {
  near(lnBeta(0.5, 0.5), Math.log(Math.PI));
  near(lnBeta(3, 4), -Math.log(60));
  near(lnBeta(1, 1e6), -Math.log(1e6));
});

test('ways to choose, and none', () => {
  near(Math.exp(lnChoose(10, 3)), 120);
  expect([lnChoose(3, 4), lnChoose(3, -1)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

describe('chances', () => {
  it('of so many events', () => {
    near(binomialPmf(2, 5, 0.3), 0.3087);
    expect([0, 1].map((p) => [0, 3].map((k) => binomialPmf(k, 3, p)))).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(binomialPmf(4, 3, 0.5)).toBe(0);
  });

  it('of so many marked ones', () => {
    near(hypergeometricPmf(4, 50, 5, 10), 0.003964583058015065);
    expect([-1, 6].map((x) => hypergeometricPmf(x, 50, 5, 10))).toEqual([0, 0]);
    let all = 0;
    for (let x = 0; x <= 500; x++) all += hypergeometricPmf(x, 1000, 500, 500);
    near(all, 1);
  });
});
