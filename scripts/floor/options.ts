/** The options of `repro floor`. Pure. */
import { UsageError } from '../lib/errors.ts';
import { parseQuantity } from '../lib/quantity.ts';
import { parseShare } from '../scenario/schema.ts';
import { type SearchOptions, sizeOf } from './search.ts';

/** As they were typed. */
export interface RawOptions {
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly rate: string;
  readonly confidence: string;
  readonly samples: number;
}

/** A kernel counts memory in pages: a limit between two of them is the lower one. */
const PAGE = 4096;
const MOST_LIMITS = 100_000;

/** Throws UsageError. */
export function parseOptions(raw: RawOptions): SearchOptions {
  const [from, to, step] = (['from', 'to', 'step'] as const).map((name) => limitOf(name, raw[name]));
  if (from === undefined || to === undefined || step === undefined) throw new Error('three limits');
  if (from > to) throw new UsageError('from', `--from ${raw.from} is above --to ${raw.to}`);
  if (sizeOf({ from, to, step }) > MOST_LIMITS) {
    throw new UsageError('step', `--step ${raw.step}: makes more than ${MOST_LIMITS} limits`);
  }
  const rate = parseShare(raw.rate) ?? 0;
  if (!(rate >= 0.001 && rate <= 0.5)) {
    throw new UsageError('rate', `--rate ${raw.rate}: must be from 0.1% to 50%, such as 10% or 0.1`);
  }
  const confidence = parseShare(raw.confidence) ?? 0;
  if (!(confidence >= 0.5 && confidence <= 0.9999)) {
    throw new UsageError(
      'confidence',
      `--confidence ${raw.confidence}: must be from 50% to 99.99%, such as 95%`,
    );
  }
  const budget = raw.samples;
  if (!(Number.isInteger(budget) && budget >= 1 && budget <= 10_000)) {
    throw new UsageError('samples', '--samples must be a whole number from 1 to 10000');
  }
  return { from, to, step, rate, confidence, budget };
}

function limitOf(name: string, text: string): number {
  const bytes = parseQuantity(text);
  if (bytes !== undefined && bytes >= PAGE && bytes % PAGE === 0) return bytes;
  throw new UsageError(
    name,
    `--${name} ${text}: must be a memory quantity in whole pages of 4Ki, such as 256Ki or 16Mi`,
  );
}
