/** Says which sample an OOM kill belongs to. Samples mark their beginning and end in the kernel log. */
import type { KernelLogEntry } from './kernel-log.ts';
import { locateOomKills } from './oom-kills.ts';
import type { AttributedOomKill } from './types.ts';

/** What a sample writes to /dev/kmsg, as one line. */
export function sampleMarker(sampleId: string, moment: 'begin' | 'end'): string {
  return `repro: sample ${sampleId} ${moment}`;
}

const MARKER = /^repro: sample (.+) (begin|end)$/;

/** A sample's id as part of a container's or a cgroup's name: `start-many#3` -> `start-many-3`. */
export function sampleSlug(sampleId: string): string {
  return sampleId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/**
 * A kill whose memcg names a sample (by its slug) is that sample's, whenever it happened. Any other belongs to
 * the sample that runs: the one that began last, until its end.
 *
 * `provoked`: sample id -> names of the processes whose OOM kill that sample provokes on purpose, at a limit. When the
 * whole machine runs out, no case wanted that, whichever process the kernel takes.
 */
export function attributeOomKills(
  entries: readonly KernelLogEntry[],
  provoked: ReadonlyMap<string, readonly string[]>,
): AttributedOomKill[] {
  const markers = entries.map(({ message, whole }) => (whole ? MARKER.exec(message) : null));
  const known = new Set([...provoked.keys(), ...markers.flatMap((marker) => marker?.[1] ?? [])]);
  const running = runningSamples(markers);
  return locateOomKills(entries).map(({ kill, index }) => {
    const sample = sampleOfCgroup(kill.memcg ?? kill.oomMemcg, known) ?? running[index];
    const expected = sample === undefined ? undefined : provoked.get(sample);
    const wanted = kill.constraint !== 'none' && expected?.includes(kill.process);
    return { ...kill, sample, provoked: wanted ?? false };
  });
}

/** For each entry, the sample that ran when it was printed. */
function runningSamples(markers: readonly (RegExpExecArray | null)[]): (string | undefined)[] {
  let running: string | undefined;
  return markers.map((marker) => {
    const [, id, moment] = marker ?? [];
    if (moment === 'begin') running = id;
    if (moment === 'end' && running === id) running = undefined;
    return running;
  });
}

/**
 * The sample whose slug stands in the path as a name of its own or as words of one, the longest when several do.
 * systemd writes `-` as `_` or `\x2d` where a name is escaped, and the kubelet puts `pod` before a name.
 */
function sampleOfCgroup(path: string | undefined, ids: Iterable<string>): string | undefined {
  if (path === undefined) return undefined;
  const words = `-${path
    .replaceAll('\\x2d', '-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}-`;
  return [...ids]
    .map((id) => ({ id, slug: sampleSlug(id) }))
    .filter(({ slug }) => slug !== '' && (words.includes(`-${slug}-`) || words.includes(`-pod${slug}-`)))
    .sort((a, b) => b.slug.length - a.slug.length)[0]?.id;
}
