import { expect, it } from 'vitest';
import type { Verdict } from '../../scripts/model/verdict.ts';
import { type Begun, begunCell } from '../../scripts/runner/begun.ts';
import { twoCells } from '../fixtures/reports/index.ts';

/** An interrupted run with the samples of one cell, of which its report says this. */
function begunWith(verdict: Verdict | undefined, samples?: number) {
  const [cell] = twoCells().cells;
  if (cell === undefined) throw new Error('a cell');
  const reported = verdict === undefined ? [] : [{ ...cell, verdict }];
  const begun: Begun = {
    startedAt: new Date(0),
    command: [],
    resumed: [{ at: '2026-01-01T00:00:00Z' }],
    done: new Map([[cell.id, cell.samples.slice(0, samples)]]),
    cells: reported,
  };
  return { ...begunCell(begun, cell.id), cell };
}

it('takes the report of a cell with the same samples', () => {
  const { done, reported, cell } = begunWith({ kind: 'skip', reason: '1 of 2 not judged' });
  expect(done).toEqual(cell.samples);
  expect(reported?.id).toBe(cell.id);
});

it.each(['interrupted', 'interrupted; 1 of 2 not judged, the first a#1: no answer'])(
  'judges a cell anew of which it was said that it is %s: it was gone on with',
  (reason) => {
    const { done, reported, cell } = begunWith({ kind: 'skip', reason });
    expect(done).toEqual(cell.samples);
    expect(reported).toBeUndefined();
  },
);

it('takes no report of other samples, and none where there is none', () => {
  expect(begunWith({ kind: 'skip', reason: 'x' }, 0).reported).toBeUndefined();
  expect(begunWith(undefined).reported).toBeUndefined();
  expect(begunCell(undefined, 'a')).toEqual({ done: [], reported: undefined });
});
