/** Made-up samples, as a run would leave them. */
import type { ReportSample } from '../../scripts/model/cell.ts';
import type { Symptom } from '../../scripts/model/symptom.ts';

export interface Seen {
  readonly bad: boolean;
  /** Bytes. */
  readonly peak?: number | undefined;
  readonly ms?: number | undefined;
}

export const SYMPTOM: Symptom = { error: 'boom' };

export function sampleOf(index: number, { bad, peak, ms }: Seen): ReportSample {
  return {
    id: `case#${index}`,
    case: 'case',
    index,
    outcome: bad ? 'failed' : 'passed',
    errors: bad ? ['boom'] : [],
    oomKills: [],
    kernelEvents: [],
    files: [],
    metrics: {
      ...(peak === undefined ? {} : { 'memory.peak': { value: peak, unit: 'bytes' } }),
      ...(ms === undefined ? {} : { 'start.time': { value: ms, unit: 'ms' } }),
    },
    startedAt: '2025-01-01T00:00:00.000Z',
    durationMs: 1000,
    judged: bad ? 'bad' : 'good',
    because: undefined,
  };
}
