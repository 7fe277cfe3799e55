import { describe, expect, it } from 'vitest';
import type { ReportSample } from '../../scripts/model/cell.ts';
import type { SampleHost } from '../../scripts/model/sample.ts';
import { hostNotes, pressureOf, tooPressed } from '../../scripts/report/host.ts';
import { sample } from '../verdict/samples.ts';

const at = (
  host: Partial<SampleHost> | undefined,
  judged: ReportSample['judged'] = 'good',
): ReportSample => ({
  ...sample({}),
  judged,
  because: undefined,
  ...(host === undefined ? {} : { host: { clockStepMs: 0, ...host } }),
});
const many = (count: number, host: (index: number) => Partial<SampleHost>, judged?: ReportSample['judged']) =>
  Array.from({ length: count }, (_, index) => at(host(index), judged));

describe('pressureOf', () => {
  it.each([
    [{ load: 1.01 }, "tasks beside the machine's own: 1.01 per core"],
    [{ load: 0.5, stealPercent: 12 }, 'time stolen by other guests: 12%'],
    [{ cpuPressure: 99.4 }, 'time in which a task waited for a CPU: 99.4%'],
    [{ memoryPressure: 11 }, 'time in which a task waited for memory: 11%'],
  ])('of %j is told', (host, words) => {
    expect(pressureOf({ clockStepMs: 0, ...host })).toBe(words);
  });

  it.each([
    [{ load: 1, stealPercent: 10, cpuPressure: 75, memoryPressure: 10 }],
    [{ clockStepMs: 1e6 }],
    [{}],
  ])('of %j is none', (host) => {
    expect(pressureOf({ clockStepMs: 0, ...host })).toBeUndefined();
  });
});

describe('tooPressed', () => {
  it('bears with one sample of ten, and with a host that tells nothing', () => {
    expect(tooPressed([at({ load: 9 }), ...many(9, () => ({ load: 0 }))])).toBeUndefined();
    expect(tooPressed([at(undefined)])).toBeUndefined();
    expect(tooPressed([])).toBeUndefined();
  });

  it('says how many samples were pressed, and by what', () => {
    expect(tooPressed([at({ load: 9 }), at({ load: 8 }), ...many(9, () => ({ load: 0 }))])).toBe(
      "the host was under pressure in 2 of 11 samples (tasks beside the machine's own: 9 per core)",
    );
  });
});

describe('hostNotes', () => {
  it('say what the host was like', () => {
    const samples = [
      at({ load: 0.5, stealPercent: 1, cpuPressure: 20 }),
      at({ load: 3, stealPercent: 8, cpuPressure: 99, clockStepMs: -5000 }),
      at({ load: 1, stealPercent: 0, cpuPressure: 30 }),
    ];
    expect(hostNotes([{ id: 'x', samples }])).toEqual([
      "The host during the samples: tasks beside the machine's own: 1 per core, at most 3 per core; time stolen by other guests: 1%, at most 8%; time in which a task waited for a CPU: 30%, at most 99%; the clock stepped by -5000 ms.",
    ]);
    expect(hostNotes([{ id: 'x', samples: [at(undefined)] }])).toEqual([]);
  });

  it('are told of any number of samples', () => {
    const samples = new Array<ReportSample>(300_000).fill(at({ load: 1 }));
    expect(hostNotes([{ id: 'x', samples }])).toEqual([
      "The host during the samples: tasks beside the machine's own: 1 per core, at most 1 per core.",
    ]);
  });

  it('say where failures went with the host', () => {
    const loaded = many(8, (index) => ({ load: 3 + index / 10 }), 'bad');
    const calm = many(8, (index) => ({ load: index / 10 }));
    const [, note, ...others] = hostNotes([{ id: 'cell', samples: [...loaded, ...calm] }]);
    expect(note).toMatch(
      /^Outcomes of cell went with the host: tasks beside the machine's own: 3\.35 per core \(median\) in bad samples, 0\.35 per core in good ones \(Mann–Whitney, p = 0\.000\d+, Holm\)\.$/,
    );
    expect(others).toEqual([]);
  });

  it('do not compare cells, nor too few samples, and correct for how much was asked', () => {
    const bad = { id: 'a', samples: many(8, () => ({ load: 3 }), 'bad') };
    const good = { id: 'b', samples: many(8, () => ({ load: 0 })) };
    expect(hostNotes([bad, good])).toHaveLength(1);
    expect(hostNotes([{ id: 'a', samples: [at({ load: 3 }, 'bad'), at({ load: 0 })] }])).toHaveLength(1);
    // p = 0.016 by itself.
    const mixed = {
      id: 'c',
      samples: [...many(5, (i) => ({ load: 3 + i }), 'bad'), ...many(4, (i) => ({ load: i / 9 }))],
    };
    const even = (id: string) => ({
      id,
      samples: [...many(4, (i) => ({ load: i }), 'bad'), ...many(4, (i) => ({ load: i }))],
    });
    expect(hostNotes([mixed])).toHaveLength(2);
    expect(hostNotes([mixed, even('d'), even('e'), even('f')])).toHaveLength(1);
  });
});
