import { describe, expect, it, vi } from 'vitest';
import { SUITES } from '../../scripts/suites/catalog.ts';
import { loadSuite, SUITE_IDS } from '../../scripts/suites/registry.ts';
import { goodGuest } from './good-guest.ts';
import { preparedSuite, recordedSink } from './support.ts';

/** Those that have no default. */
const PARAMS = { run: 'true' };
const paramsOf = (id: string) => (id === 'script' ? PARAMS : {});

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
    const { signal } = new AbortController();
    await using guest = await goodGuest();
    await using suite = await preparedSuite(id, guest.machine, paramsOf(id));
    const run = suite.take({ caseId: 'nap', params: paramsOf(id), sink: recordedSink() }, signal);
    await expect(run).rejects.toMatchObject({ code: 'unknown-case' });
  });

  it.each(SUITE_IDS)('%s, once given up, holds no connection', async (id) => {
    await using guest = await goodGuest();
    const suite = await preparedSuite(id, guest.machine, paramsOf(id));
    await suite[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(guest.runtime.connections()).toBe(0));
  });
});
