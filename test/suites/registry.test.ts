import { describe, expect, it } from 'vitest';
import { SUITES } from '../../scripts/suites/catalog.ts';
import { loadSuite, SUITE_IDS } from '../../scripts/suites/registry.ts';
import { fakeMachine, recordedSink, suiteContext } from './support.ts';

describe('registry', () => {
  it('has the suites of the catalog', () => {
    expect([...SUITE_IDS].sort()).toEqual(Object.keys(SUITES).sort());
  });

  it.each(SUITE_IDS)('loads %s', async (id) => {
    expect((await loadSuite(id)).id).toBe(id);
  });

  it('refuses an id that is not there', async () => {
    await expect(loadSuite('no-such')).rejects.toMatchObject({ code: 'unknown-suite' });
  });

  it.each(SUITE_IDS)('%s refuses a case it does not have', async (id) => {
    const suite = await loadSuite(id);
    const { signal } = new AbortController();
    const machine = fakeMachine(() => ({}));
    const sample = { caseId: 'nap', machine, context: suiteContext(), sink: recordedSink() };
    const run = suite.run(sample, signal);
    await expect(run).rejects.toMatchObject({ code: 'unknown-case' });
  });
});
