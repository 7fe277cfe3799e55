/** `repro floor`. Pure. */
import { defineVerb } from '../verbs/verb.ts';
import { DEFAULT_OPTIONS } from './defaults.ts';

export const floor = defineVerb({
  name: 'floor',
  describe: 'Find the smallest memory limit at which containers start reliably, in every cell',
  options: {
    rate: {
      type: 'string',
      default: DEFAULT_OPTIONS.rate,
      describe: 'Failure rate below which a start counts as reliable',
    },
    confidence: {
      type: 'string',
      default: DEFAULT_OPTIONS.confidence,
      describe: 'Confidence of the floor and its interval',
    },
    from: { type: 'string', default: DEFAULT_OPTIONS.from, describe: 'Smallest limit to try' },
    to: { type: 'string', default: DEFAULT_OPTIONS.to, describe: 'Largest limit to try' },
    step: { type: 'string', default: DEFAULT_OPTIONS.step, describe: 'Step between two limits' },
    samples: {
      type: 'number',
      default: DEFAULT_OPTIONS.samples,
      describe: 'Maximum samples per case; a clear answer takes fewer',
    },
  },
  examples: [
    ['$0 floor mitigations-4427 --filter cgroupDriver=cgroupfs', 'how much each runc needs'],
    ['$0 floor mitigations-4427 --filter runc=1.1.15 --rate 1%', 'more samples, a stricter floor'],
  ],
  load: async () => {
    const { designOf, exitCodeOf } = await import('./design.ts');
    const { pageOf } = await import('./page.ts');
    return { designOf, exitCodeOf, pageOf };
  },
});
