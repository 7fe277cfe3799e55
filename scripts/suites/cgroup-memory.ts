/** What a memory cgroup tells of itself, in the words of the kernel's own files. */
import type { SampleSink } from './suite.ts';

type CgroupVersion = 'v1' | 'v2';

/** Where the memory controller's cgroups are mounted. */
export function memoryRoot(version: CgroupVersion): string {
  return version === 'v2' ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
}

/** The file that holds the limit, bytes. */
export function limitFile(version: CgroupVersion): string {
  return version === 'v2' ? 'memory.max' : 'memory.limit_in_bytes';
}

/** The file that holds the highest usage so far, bytes. cgroup v2 has it since Linux 5.19. */
export function peakFile(version: CgroupVersion): 'memory.peak' | 'memory.max_usage_in_bytes' {
  return version === 'v2' ? 'memory.peak' : 'memory.max_usage_in_bytes';
}

/** The files worth reading after a sample; which of them exist depends on the kernel. */
export function memoryFiles(version: CgroupVersion): readonly string[] {
  return version === 'v2'
    ? ['memory.peak', 'memory.current', 'memory.max', 'memory.events']
    : ['memory.max_usage_in_bytes', 'memory.usage_in_bytes', 'memory.limit_in_bytes', 'memory.oom_control'];
}

/** The kernel's own counts of OOM events in a cgroup. `undefined` where the kernel has no such count. */
export interface OomCounts {
  /** Times the limit was hit and nothing could be reclaimed (`oom`, v2 only). */
  readonly oom: number | undefined;
  /** Processes killed (`oom_kill`; v1 since Linux 4.13). */
  readonly oomKill: number | undefined;
}

/** Reads `memory.events` (v2) or `memory.oom_control` (v1), both of which are lines of a key and a number. */
export function parseOomCounts(text: string): OomCounts {
  const count = (key: string) => {
    const match = new RegExp(`^${key} (\\d+)$`, 'm').exec(text);
    return match === null ? undefined : Number(match[1]);
  };
  return { oom: count('oom'), oomKill: count('oom_kill') };
}

/**
 * Puts the highest usage among cgroups into the sample, under the name of the kernel's own file, and the
 * OOM counts where there are any. Each of `cgroups` maps file name -> text; what wasn't read isn't reported.
 */
export function reportMemory(cgroups: readonly ReadonlyMap<string, string>[], sink: SampleSink): void {
  for (const name of [peakFile('v2'), peakFile('v1')]) {
    // A peak of 0 is that of a cgroup nothing ever ran in.
    const peak = Math.max(0, ...cgroups.map((files) => Number(files.get(name) ?? 0)));
    if (peak > 0) sink.metric(name, { value: peak, unit: 'bytes' });
  }
  let oom = 0;
  let oomKill = 0;
  for (const files of cgroups) {
    const counts = parseOomCounts(files.get('memory.events') ?? files.get('memory.oom_control') ?? '');
    oom += counts.oom ?? 0;
    oomKill += counts.oomKill ?? 0;
  }
  if (oom > 0) sink.metric('memory.events.oom', { value: oom, unit: 'events' });
  if (oomKill > 0) sink.metric('memory.events.oom_kill', { value: oomKill, unit: 'events' });
}
