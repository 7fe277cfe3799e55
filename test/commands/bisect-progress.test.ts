import { describe, expect, it } from 'vitest';
import type { BisectEvent } from '../../scripts/bisect/driver.ts';
import { lineOf } from '../../scripts/commands/bisect-progress.ts';

const id = 'a'.repeat(40);
const subjects = new Map([[id, 'break it']]);
const sampled = { type: 'samples', revision: id, purpose: 'search', startSeconds: 3, dir: '' } as const;

describe('lineOf', () => {
  it.each<[string, BisectEvent]>([
    ['building aaaaaaaaa (break it)', { type: 'build', revision: id, ahead: false }],
    ['building aaaaaaaaa (break it) ahead', { type: 'build', revision: id, ahead: true }],
    [
      'aaaaaaaaa (break it): 8 samples, the new end',
      { type: 'sample', revision: id, samples: 8, purpose: 'new' },
    ],
    [
      'aaaaaaaaa-aaaaaaaaa: 4 samples, the causal check',
      { type: 'sample', revision: `${id}-${id}`, samples: 4, purpose: 'check' },
    ],
    [
      'aaaaaaaaa (break it): built in 1 min 05 s, sha256 0123456789ab',
      {
        type: 'finding',
        finding: { type: 'built', revision: id, digest: '0123456789abcdef', seconds: 65.2 },
      },
    ],
    [
      'aaaaaaaaa (break it): skip: make: ***; x.go:1',
      {
        type: 'finding',
        finding: { type: 'skip', revision: id, reason: 'make: ***\n  x.go:1', transient: false, seconds: 1 },
      },
    ],
    [
      'aaaaaaaaa (break it): bad 1/2, 1 not judged, 9.0 s',
      {
        type: 'finding',
        finding: {
          ...sampled,
          seconds: 9,
          outcomes: [{ judged: 'bad' }, { judged: 'good' }, { judged: 'unjudged' }],
        },
      },
    ],
  ])('%s', (line, event) => {
    expect(lineOf(event, subjects)).toBe(line);
  });
});
