import { describe, expect, test } from 'vitest';
import { chanceOfRuns, runsTest } from '../../scripts/verdict/runs.ts';
import { randomFrom } from '../fixtures/reports/parts.ts';

const outcomes = (text: string): boolean[] => [...text].map((letter) => letter === 'B');

/** All orders of so many bad and good ones, by counting in binary. */
function orders(bad: number, good: number): boolean[][] {
  const all = Array.from({ length: 2 ** (bad + good) }, (_, bits) =>
    Array.from({ length: bad + good }, (__, at) => ((bits >> at) & 1) === 1),
  );
  return all.filter((order) => order.filter(Boolean).length === bad);
}

describe('the number of runs', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 5],
    [5, 3],
    [6, 6],
    [1, 9],
  ])('of %i bad and %i good is that of all orders', (bad, good) => {
    const all = orders(bad, good).map((order) => runsTest(order).runs);
    for (let runs = 0; runs <= bad + good; runs++) {
      const share = all.filter((one) => one === runs).length / all.length;
      expect(chanceOfRuns(runs, bad, good)).toBeCloseTo(share, 12);
    }
  });

  test('by hand: two and two have six orders, two of each number', () => {
    expect([2, 3, 4].map((runs) => chanceOfRuns(runs, 2, 2))).toEqual([
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 3, 12),
    ]);
  });

  // Swed and Eisenhart, Annals of Mathematical Statistics 14, 1943, 66–87, table I.
  test.each([
    [10, 10, 5, 0.004],
    [10, 10, 6, 0.019],
    [10, 10, 7, 0.051],
    [10, 10, 8, 0.128],
    [10, 10, 9, 0.242],
    [10, 10, 10, 0.414],
  ])('%i and %i: at most %i runs by chance %f', (bad, good, runs, chance) => {
    let sum = 0;
    for (let r = 0; r <= runs; r++) sum += chanceOfRuns(r, bad, good);
    expect(Math.abs(sum - chance)).toBeLessThanOrEqual(0.00051);
  });

  test('all chances make one, however many outcomes', () => {
    for (const [bad, good] of [
      [1, 5000],
      [5000, 5000],
      [30, 70],
    ] as const) {
      let sum = 0;
      for (let r = 0; r <= bad + good; r++) sum += chanceOfRuns(r, bad, good);
      expect(sum).toBeCloseTo(1, 8);
    }
  });
});

describe('the test', () => {
  test('bad ones that come together are few runs', () => {
    // 2 of the C(10, 5) = 252 orders have two runs.
    expect(runsTest(outcomes('GGGGGBBBBB'))).toEqual({
      runs: 2,
      total: 10,
      bad: 5,
      side: 'few',
      p: expect.closeTo((2 * 2) / 252, 12),
    });
  });

  test('outcomes that alternate are many runs', () => {
    expect(runsTest(outcomes('GBGBGBGBGB'))).toMatchObject({
      runs: 10,
      side: 'many',
      p: expect.closeTo((2 * 2) / 252, 12),
    });
  });

  test.each(['', 'B', 'GGGG', 'BBBB'])('%j has one order, and no p but 1', (text) => {
    expect(runsTest(outcomes(text)).p).toBe(1);
  });

  test('one bad one among many tells nothing, wherever it stands', () => {
    for (const at of [0, 7, 19]) {
      const order = Array.from({ length: 20 }, (_, place) => place === at);
      expect(runsTest(order).p).toBeGreaterThan(0.05);
    }
  });

  test.each([
    [12, 0.3],
    [25, 0.5],
    [60, 0.1],
  ])('%i independent outcomes at a rate of %f: rejected in 5 of 100 at most', (of, rate) => {
    const random = randomFrom(of);
    const rounds = 4000;
    let rejected = 0;
    for (let round = 0; round < rounds; round++) {
      if (runsTest(Array.from({ length: of }, () => random() < rate)).p <= 0.05) rejected++;
    }
    // The standard error of a share of 5% is 0.34 points.
    expect(rejected / rounds).toBeLessThan(0.06);
  });

  test('of forty outcomes that stay as they were nine times in ten, it finds most', () => {
    const random = randomFrom(7);
    const rounds = 1000;
    let found = 0;
    for (let round = 0; round < rounds; round++) {
      let now = random() < 0.5;
      const order = Array.from({ length: 40 }, () => {
        if (random() < 0.1) now = !now;
        return now;
      });
      if (runsTest(order).p <= 0.05) found++;
    }
    expect(found / rounds).toBeGreaterThan(0.8);
  });
});
