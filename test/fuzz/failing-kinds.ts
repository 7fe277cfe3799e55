/** Kinds that fail, for the test of the command. */
import fc from 'fast-check';
import { fuzzKind } from './kind.ts';
import { LIMITS } from './limits.ts';

const number = fc.integer({ min: 0, max: 1_000 });

const kept: Buffer[] = [];

export const kinds = [
  fuzzKind('holds', number, () => undefined),
  fuzzKind('throws', number, (input) => {
    if (input >= 10) throw new TypeError('x is not a function');
  }),
  fuzzKind('hangs', fc.constant(1), () => {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < (LIMITS.time + 200) * 1_000);
  }),
  fuzzKind('grows', number, () => {
    kept.push(Buffer.alloc(LIMITS.memory << 20, 1));
  }),
  fuzzKind('waits', number, async (input) => {
    if (input > 900) await new Promise(() => setInterval(() => undefined, 1_000));
  }),
  fuzzKind('ends', number, () => {
    process.exit(3);
  }),
];
