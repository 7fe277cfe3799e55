/** Says which sample an OOM kill belongs to. */
import type { AttributedOomKill, OomKill } from './types.ts';

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
 */
export class Attribution {
  /** Slug of each sample that began. */
  readonly #slugs = new Map<string, string>();
  readonly #provoked = new Map<string, readonly string[]>();
  /** In the order of the log. */
  readonly #kills = new Map<string | undefined, OomKill[]>();
  #running: string | undefined;

  begin(sample: string): void {
    this.know(sample);
    this.#running = sample;
  }

  end(sample: string): void {
    if (this.#running === sample) this.#running = undefined;
  }

  /** A sample of which kills may come, though it doesn't run. */
  know(sample: string): void {
    this.#slugs.set(sample, sampleSlug(sample));
  }

  /**
   * Names of the processes whose OOM kill a sample provokes on purpose, at a limit. When the whole machine runs out,
   * no case wanted that, whichever process the kernel takes.
   */
  provokes(sample: string, processes: readonly string[]): void {
    this.#provoked.set(sample, processes);
  }

  /** Returns the sample that it belongs to; undefined when none. Give them in the order of the log. */
  add(kill: OomKill): string | undefined {
    const sample = sampleOfCgroup(kill.memcg ?? kill.oomMemcg, this.#slugs) ?? this.#running;
    const kills = this.#kills.get(sample);
    if (kills === undefined) this.#kills.set(sample, [kill]);
    else kills.push(kill);
    return sample;
  }

  /** The kills of a sample; `undefined` asks for those of none. */
  killsOf(sample: string | undefined): AttributedOomKill[] {
    return (this.#kills.get(sample) ?? []).map((kill) => this.attributed(kill, sample));
  }

  attributed(kill: OomKill, sample: string | undefined): AttributedOomKill {
    const expected = sample === undefined ? undefined : this.#provoked.get(sample);
    const wanted = kill.constraint !== 'none' && expected?.includes(kill.process);
    return { ...kill, sample, provoked: wanted ?? false };
  }
}

/**
 * The sample whose slug stands in the path as a name of its own or as words of one, the longest when several do.
 * systemd writes `-` as `_` or `\x2d` where a name is escaped, and the kubelet puts `pod` before a name.
 */
function sampleOfCgroup(path: string | undefined, slugs: ReadonlyMap<string, string>): string | undefined {
  if (path === undefined) return undefined;
  const words = `-${path
    .replaceAll('\\x2d', '-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}-`;
  const named = [...slugs].filter(
    ([, slug]) => slug !== '' && (words.includes(`-${slug}-`) || words.includes(`-pod${slug}-`)),
  );
  return named.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}
