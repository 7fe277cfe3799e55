/** Says which sample an OOM kill belongs to. */
import type { AttributedOomKill, OomKill } from '../model/oom-kill.ts';

/** A sample's id as part of a container's or a cgroup's name: `start-many#3` -> `start-many-3`. */
export function sampleSlug(sampleId: string): string {
  return sampleId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/**
 * An OOM kill is the sample's that runs. Where none does, it is the last one's if its cgroup is named after that one,
 * which began to end. A workload can name a cgroup as it likes: where the name is that of another sample, nobody can tell
 * whose kill it is. It belongs to none then, and to neither of the two can be said that it had no kill.
 */
export class Attribution {
  /** Slug of each sample that began. */
  readonly #slugs = new Map<string, string>();
  readonly #expected = new Map<string, readonly string[]>();
  /** In the order of the log. */
  readonly #kills = new Map<string | undefined, OomKill[]>();
  /** Why it can't be told of a sample which kills are its own. */
  readonly #doubts = new Map<string, string>();
  #running: string | undefined;
  #last: string | undefined;

  begin(sample: string): void {
    this.#slugs.set(sample, sampleSlug(sample));
    this.#running = sample;
    this.#last = sample;
  }

  end(sample: string): void {
    if (this.#running === sample) this.#running = undefined;
  }

  /**
   * Names of the processes whose OOM kill a sample expects, at a limit. When the whole machine runs out,
   * no case wanted that, whichever process the kernel takes.
   */
  expectOomKills(sample: string, processes: readonly string[]): void {
    this.#expected.set(sample, processes);
  }

  /**
   * Returns the sample that it belongs to, undefined when none, and the samples of which something is new though they
   * ended before. Give kills in the order of the log.
   */
  add(kill: OomKill): { readonly sample: string | undefined; readonly late: readonly string[] } {
    const cgroup = kill.memcg ?? kill.oomMemcg;
    const named = sampleOfCgroup(cgroup, this.#slugs);
    const isCertain = named === undefined || named === (this.#running ?? this.#last);
    const sample = isCertain ? (this.#running ?? named) : undefined;
    if (!isCertain) this.#doubt(named, cgroup);
    const kills = this.#kills.get(sample);
    if (kills === undefined) this.#kills.set(sample, [kill]);
    else kills.push(kill);
    return { sample, late: named === undefined || named === this.#running ? [] : [named] };
  }

  /** Something came of which it can't be told whether it is the running sample's. */
  doubtRunning(why: string): void {
    const sample = this.#running;
    if (sample !== undefined && !this.#doubts.has(sample)) this.#doubts.set(sample, why);
  }

  #doubt(named: string, cgroup: string | undefined): void {
    const when = this.#running === undefined ? `after ${this.#last} ended` : `while ${this.#running} ran`;
    const why = `an OOM kill came ${when}, in a cgroup that is named after ${named} (${cgroup}), so it can't be told whose it is`;
    for (const sample of [named, this.#running]) {
      if (sample !== undefined && !this.#doubts.has(sample)) this.#doubts.set(sample, why);
    }
  }

  /** Why it can't be told which kills are the sample's; undefined when it can. */
  doubtOf(sample: string): string | undefined {
    return this.#doubts.get(sample);
  }

  /** The kills of a sample; `undefined` asks for those of none. */
  killsOf(sample: string | undefined): AttributedOomKill[] {
    return (this.#kills.get(sample) ?? []).map((kill) => this.attributed(kill, sample));
  }

  attributed(kill: OomKill, sample: string | undefined): AttributedOomKill {
    const expected = sample === undefined ? undefined : this.#expected.get(sample);
    const wanted = kill.constraint !== 'none' && expected?.includes(kill.process);
    return { ...kill, sample, expected: wanted ?? false };
  }
}

/**
 * The sample that the outermost folder of a path is named after, of those that are: its slug is the folder's name or
 * words of it, the longest when several are. What is below was made by whoever owns that folder. systemd writes `-` as
 * `_` or `\x2d` where a name is escaped, and the kubelet puts `pod` before a name.
 */
function sampleOfCgroup(path: string | undefined, slugs: ReadonlyMap<string, string>): string | undefined {
  for (const folder of path?.replaceAll('\\x2d', '-').split('/') ?? []) {
    const words = `-${folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-`;
    const named = [...slugs].filter(
      ([, slug]) => slug !== '' && (words.includes(`-${slug}-`) || words.includes(`-pod${slug}-`)),
    );
    const [longest] = named.sort(([, a], [, b]) => b.length - a.length);
    if (longest !== undefined) return longest[0];
  }
  return undefined;
}
