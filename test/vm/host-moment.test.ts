import { expect, it } from 'vitest';
import { hostMoment, runningOf, stalledOf, ticksOf } from '../../vm/host-moment.ts';

const STAT = `cpu  746254 57417 122437 2392479 1400 0 1895 2740 3 0
cpu0 1 2 3 4 5 6 7 8 9 10
ctxt 123
procs_running 19
procs_blocked 0
`;

it('reads what proc(5) tells', () => {
  expect(runningOf(STAT)).toBe(19);
  expect(ticksOf(STAT)).toEqual({ steal: 2740, all: 746254 + 57417 + 122437 + 2392479 + 1400 + 1895 + 2740 });
  expect(
    stalledOf('some avg10=99.45 avg60=97.84 avg300=94.08 total=3658532737\nfull avg10=0.00 total=7\n'),
  ).toBe(3658532737);
});

it.each(['', 'cpu  1 2 3', 'nonsense'])('of %j says nothing', (text) => {
  expect([runningOf(text), ticksOf(text), stalledOf(text)]).toEqual([undefined, undefined, undefined]);
});

it('tells of this host', () => {
  const first = hostMoment();
  const last = hostMoment();
  expect(last.monotonic).toBeGreaterThanOrEqual(first.monotonic);
  expect(last.ticks?.all ?? 0).toBeGreaterThanOrEqual(first.ticks?.all ?? 0);
});
