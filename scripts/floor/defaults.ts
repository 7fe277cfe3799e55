/** What `repro floor` searches when nothing else is said. */
import type { RawOptions } from './options.ts';

export const DEFAULT_OPTIONS: RawOptions = {
  from: '1Mi',
  to: '64Mi',
  step: '256Ki',
  rate: '10%',
  confidence: '95%',
  samples: 400,
};
