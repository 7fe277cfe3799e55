import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sample } from '../../scripts/evidence/types.ts';
import { appendSample, readJournal } from '../../scripts/runner/journal.ts';

const sample = (id: string, durationMs: number): Sample => ({
  id,
  case: 'start',
  index: 1,
  outcome: 'passed',
  errors: [],
  metrics: {},
  oomKills: [],
  kernelEvents: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs,
  files: [],
});

test('a sample that stands in the journal twice counts once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-journal-'));
  try {
    const entries = [sample('start#1', 1), sample('start#2', 2), sample('start#1', 3)];
    for (const one of entries) await appendSample(dir, 'a', one);
    await appendSample(dir, 'b', sample('start#1', 4));
    const journal = await readJournal(dir);
    expect(journal.get('a')?.map(({ id, durationMs }) => [id, durationMs])).toEqual([
      ['start#1', 1],
      ['start#2', 2],
    ]);
    expect(journal.get('b')).toHaveLength(1);
  } finally {
    await rm(dir, { recursive: true });
  }
});
