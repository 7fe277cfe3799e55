import { describe, expect, it } from 'vitest';
import { parseOomCounts, reportMemory } from '../../scripts/suites/cgroup-memory.ts';
import { recordedSink } from './support.ts';

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe('parseOomCounts', () => {
  it('reads memory.events', () => {
    const text = 'low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n';
    expect(parseOomCounts(text)).toEqual({ oom: 2, oomKill: 1 });
  });

  it('reads memory.oom_control, which has no count of its own for oom', () => {
    const text = 'oom_kill_disable 0\nunder_oom 0\noom_kill 3';
    expect(parseOomCounts(text)).toEqual({ oom: undefined, oomKill: 3 });
  });
});

describe('reportMemory', () => {
  it('takes the highest peak under the name of its file', () => {
    const sink = recordedSink();
    reportMemory([files({ 'memory.peak': '4096' }), files({ 'memory.peak': '8192' }), files({})], sink);
    expect(sink.metrics).toEqual({ 'memory.peak': { value: 8192, unit: 'bytes' } });
  });

  it("keeps v1's own name", () => {
    const sink = recordedSink();
    reportMemory([files({ 'memory.max_usage_in_bytes': '1000' })], sink);
    expect(sink.metrics).toEqual({ 'memory.max_usage_in_bytes': { value: 1000, unit: 'bytes' } });
  });

  it('reports nothing that was not read, and no peak of a cgroup nothing ran in', () => {
    const sink = recordedSink();
    reportMemory([files({ 'memory.peak': '0' }), files({})], sink);
    expect(sink.metrics).toEqual({});
  });

  it('adds up the OOM counts, and leaves out zeros', () => {
    const sink = recordedSink();
    reportMemory(
      [files({ 'memory.events': 'oom 1\noom_kill 1' }), files({ 'memory.events': 'oom 0\noom_kill 1' })],
      sink,
    );
    expect(sink.metrics).toEqual({
      'memory.events.oom': { value: 1, unit: 'events' },
      'memory.events.oom_kill': { value: 2, unit: 'events' },
    });
  });
});
