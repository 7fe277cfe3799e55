import { describe, expect, it } from 'vitest';
import {
  type Demand,
  demandOf,
  expectedBytes,
  type HostState,
  hasCores,
  hasMemory,
  type Occupant,
  sideBySide,
  sparedBytes,
} from '../../scripts/runner/admission.ts';
import { isTimingSensitive } from '../../scripts/runner/timing.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { scriptScenario } from './support.ts';

const MIB = 1024 ** 2;
/** Until one was seen, a machine of 1024 MiB may take this. */
const PRIOR = (1024 + 650) * MIB;
const RESERVE = 256 * MIB;
const demand: Demand = { kind: 'k', cpus: 2, mostMiB: 1024 + 650, alone: false };

function host(changes: Partial<HostState> = {}): HostState {
  return { cores: 2, availableBytes: 64 * 1024 * MIB, peaks: new Map(), ...changes };
}

const using = (mebibytes: number, changes: Partial<Demand> = {}): Occupant => ({
  demand: { ...demand, ...changes },
  usedBytes: mebibytes * MIB,
});

describe('expectedBytes', () => {
  it.each([
    ['all that its size allows, while none of its kind was seen', new Map(), PRIOR],
    ['what its kind has shown, and a margin', new Map([['k', 400 * MIB]]), 500 * MIB],
    ['never more than its size allows', new Map([['k', 5000 * MIB]]), PRIOR],
    ['what another kind has shown says nothing', new Map([['other', 400 * MIB]]), PRIOR],
  ])('is %s', (_, peaks, bytes) => {
    expect(expectedBytes(demand, peaks)).toBe(bytes);
  });
});

describe('memory', () => {
  it('running machines are left what they may still grow by', () => {
    const state = host({ availableBytes: 4000 * MIB });
    expect(sparedBytes([], state)).toBe(4000 * MIB - RESERVE);
    expect(sparedBytes([using(600)], state)).toBe(4000 * MIB - RESERVE - (PRIOR - 600 * MIB));
    // One that took more than expected gives nothing back.
    expect(sparedBytes([using(3000)], state)).toBe(4000 * MIB - RESERVE);
  });

  it('a machine is let in when it fits to the byte', () => {
    const just = host({ availableBytes: 2 * PRIOR + RESERVE });
    expect(hasMemory(demand, [using(0)], just)).toBe(true);
    expect(hasMemory(demand, [using(0)], { ...just, availableBytes: just.availableBytes - 1 })).toBe(false);
  });

  it('what machines turned out to take lets more of them in', () => {
    const state = host({ availableBytes: PRIOR + RESERVE });
    expect(hasMemory(demand, [using(500)], state)).toBe(false);
    expect(hasMemory(demand, [using(500)], { ...state, peaks: new Map([['k', 500 * MIB]]) })).toBe(true);
  });
});

it.each([
  ['two CPUs a core', 2, [2], true],
  ['and no more', 2, [2, 2], false],
  ['of machines of any size', 4, [4, 2], true],
  ['a machine larger than the host', 1, [], true],
])('cores: %s', (_, cores, running, fits) => {
  const occupants = running.map((cpus) => using(0, { cpus }));
  expect(hasCores(demand, occupants, host({ cores }))).toBe(fits);
});

describe('sideBySide', () => {
  const many = Array.from({ length: 10 }, () => demand);

  it.each([
    ['as many as share the cores, which halves no time', many, host(), { jobs: 2, speedup: 1.3 }],
    [
      'as many as have memory',
      many,
      host({ cores: 20, availableBytes: 3 * PRIOR + RESERVE }),
      { jobs: 3, speedup: 3 },
    ],
    ['one where there is room for none', many, host({ availableBytes: 0 }), { jobs: 1, speedup: 1 }],
    ['no more than there are', many.slice(0, 2), host({ cores: 20 }), { jobs: 2, speedup: 2 }],
    [
      'one that must be alone',
      many.map((one) => ({ ...one, alone: true })),
      host({ cores: 20 }),
      { jobs: 1, speedup: 1 },
    ],
    ['none', [], host(), { jobs: 1, speedup: 1 }],
  ])('is %s', (_, demands, state, expected) => {
    expect(sideBySide(demands, state)).toEqual(expected);
  });
});

it('cells are of one kind by provider, suite, image and size, and take what the provider says at most', () => {
  const scenario = scriptScenario();
  const [first, second] = scenario.cells;
  if (first === undefined || second === undefined) throw new Error('no cells');
  const kindOf = (cell: typeof first, suite = scenario) => demandOf(cell, suite, false).kind;
  expect(demandOf(first, scenario, false)).toMatchObject({ mostMiB: 1024 + 650 });
  expect(kindOf(second)).toBe(kindOf(first));
  expect(kindOf({ ...first, machine: { ...first.machine, memoryMiB: 512 } })).not.toBe(kindOf(first));
  expect(kindOf(first, scenarioOf({ suite: 'oci' }))).not.toBe(kindOf(first));
});

describe('isTimingSensitive', () => {
  const asks = (suite: unknown, symptom: unknown) => isTimingSensitive(scenarioOf({ suite, symptom }));
  const script = { id: 'script', params: { run: 'true' } };

  it.each([
    ['oci', { metric: 'start.time', above: 900 }, true],
    ['oci', { any: [{ error: 'x' }, { any: [{ metric: 'exec.time', above: 1 }] }] }, true],
    ['oci', { metric: 'memory.peak', above: 1 }, false],
    ['oci', { case: 'fails' }, false],
    ['cri', { metric: 'pod.start', above: 1 }, true],
    [script, { metric: 'version.time', above: 1 }, true],
    [script, { metric: 'boot_ms', above: 1 }, true],
    [script, { metric: 'alarms', above: 1 }, false],
    [script, { metric: 'timer', above: 1 }, false],
    // What the scenario says counts.
    [{ ...script, timing: true }, { metric: 'elapsed', above: 1 }, true],
    [{ id: 'oci', timing: false }, { metric: 'start.time', above: 900 }, false],
  ])('%j with %j: %s', (suite, symptom, answer) => {
    expect(asks(suite, symptom)).toBe(answer);
  });
});
