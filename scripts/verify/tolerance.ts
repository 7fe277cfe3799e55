/** How much worse a candidate may be: `failures=10%,memory=1Mi,time=20%`. Pure. */
import { UsageError } from '../lib/errors.ts';
import { parseQuantity } from '../lib/quantity.ts';
import { parseShare } from '../scenario/schema.ts';
import type { Tolerance } from './types.ts';

export const DEFAULT_TOLERANCE: Tolerance = { failures: 0.1, memory: 1024 ** 2, time: 0.2 };

/** What isn't named keeps its default. Throws UsageError. */
export function parseTolerance(text: string | undefined): Tolerance {
  const found: { -readonly [K in keyof Tolerance]: Tolerance[K] } = { ...DEFAULT_TOLERANCE };
  for (const part of text === undefined ? [] : text.split(',')) {
    const [, name, amount = ''] = /^(failures|memory|time)=(.+)$/.exec(part.trim()) ?? [];
    const value = name === 'memory' ? parseQuantity(amount) : parseShare(amount);
    if (name === undefined || value === undefined || (name === 'failures' && value > 1)) {
      throw new UsageError(
        'tolerate',
        `--tolerate ${part}: must be like failures=10%, memory=1Mi or time=20%`,
      );
    }
    found[name as keyof Tolerance] = value;
  }
  return found;
}
