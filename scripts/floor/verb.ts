/** `repro floor`. Pure. */
import { defineVerb } from '../verbs/verb.ts';
import { DEFAULT_OPTIONS } from './defaults.ts';

export const floor = defineVerb({
  name: 'floor',
  describe: 'Find the smallest memory limit at which it starts reliably, in every cell',
  options: {
    rate: {
      type: 'string',
      default: DEFAULT_OPTIONS.rate,
      describe: 'Reliable is what fails in fewer starts than this',
    },
    confidence: {
      type: 'string',
      default: DEFAULT_OPTIONS.confidence,
      describe: 'How sure the floor and its interval must be',
    },
    from: { type: 'string', default: DEFAULT_OPTIONS.from, describe: 'The smallest limit to try' },
    to: { type: 'string', default: DEFAULT_OPTIONS.to, describe: 'The largest limit to try' },
    step: { type: 'string', default: DEFAULT_OPTIONS.step, describe: 'Between two limits' },
    samples: {
      type: 'number',
      default: DEFAULT_OPTIONS.samples,
      describe: 'The most samples per case; a plain answer takes fewer',
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
