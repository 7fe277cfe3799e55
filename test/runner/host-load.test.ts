import { describe, expect, it } from 'vitest';
import { HostLoad, thisHost } from '../../scripts/runner/host-load.ts';
import { fakeMachine } from '../suites/support.ts';

const host = { cores: 3, availableBytes: () => 5000 };

/** A machine that tells these numbers of bytes, one after the other; `gone` is an error. */
function telling(...bytes: (number | 'gone')[]) {
  return {
    ...fakeMachine(() => ({})),
    usage: async () => {
      const next = bytes.shift();
      if (typeof next !== 'number') throw new Error('the machine is gone');
      return { memoryBytes: next };
    },
  };
}

async function looked(times: number, ...machines: [id: string, kind: string, ReturnType<typeof telling>][]) {
  const load = new HostLoad(host);
  for (const [id, kind, machine] of machines) load.follow(id, kind, machine);
  for (let time = 0; time < times; time++) await load.look();
  return load;
}

describe('HostLoad', () => {
  it('tells what a machine held when last looked at, and nothing before that', async () => {
    const load = await looked(0, ['m1', 'k', telling(100, 300, 200)]);
    expect(load.usedBytes('m1')).toBe(0);
    for (const bytes of [100, 300, 200]) {
      await load.look();
      expect(load.usedBytes('m1')).toBe(bytes);
    }
    expect(load.usedBytes('m2')).toBe(0);
  });

  it('a machine that can not tell keeps what it told last', async () => {
    const load = await looked(3, ['m1', 'k', telling(100, 'gone', 'gone')]);
    expect(load.usedBytes('m1')).toBe(100);
  });

  it('the most that a machine held is what its kind takes, once it is gone', async () => {
    const load = await looked(3, ['m1', 'k', telling(100, 300, 200)], ['m2', 'k', telling(10, 20, 30)]);
    expect(load.state.peaks).toEqual(new Map());
    load.forget('m1');
    expect(load.state.peaks).toEqual(new Map([['k', 300]]));
    load.forget('m2');
    expect(load.state.peaks).toEqual(new Map([['k', 300]]));
    expect(load.usedBytes('m1')).toBe(0);
  });

  it('a machine that was hardly seen says nothing of its kind', async () => {
    const load = await looked(3, ['m1', 'k', telling(100, 'gone', 'gone')]);
    load.forget('m1');
    load.forget('never there');
    expect(load.state).toEqual({ cores: 3, availableBytes: 5000, peaks: new Map() });
  });
});

it('this host has a core and some memory', () => {
  expect(thisHost.cores).toBeGreaterThanOrEqual(1);
  expect(thisHost.availableBytes()).toBeGreaterThan(1024 ** 2);
});
