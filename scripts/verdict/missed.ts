/** What a sample that failed otherwise has of the symptom, and what it lacks: for reasons, and for no judgement. */
import { nearest } from '../lib/near-miss.ts';
import { compile, matchesName, PatternError, parsePattern } from '../lib/pattern.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import type { Sample } from '../model/sample.ts';
import type { Symptom } from '../model/symptom.ts';

type OomSymptom = Extract<Symptom, { oomKill: unknown }>['oomKill'];
type MetricSymptom = Extract<Symptom, { metric: string }>;

/** Near misses of a symptom with many arms that are told. */
const MOST = 3;
/** Characters of an error that are quoted: it may be a page. */
const QUOTED = 200;

/**
 * `the kernel killed busybox in /oomgroup (memcg) 4 times; the symptom asks for process sh`. Undefined where nothing in
 * the sample comes near. Only for a sample that doesn't show the symptom.
 */
export function nearMiss(symptom: Symptom, sample: Sample): string | undefined {
  const all = [...new Set(missesOf(symptom, sample))];
  return all.length === 0 ? undefined : all.slice(0, MOST).join('; ');
}

function missesOf(symptom: Symptom, sample: Sample): string[] {
  if ('any' in symptom) return symptom.any.flatMap((arm) => missesOf(arm, sample));
  const miss =
    'oomKill' in symptom
      ? missedKill(symptom.oomKill, sample.oomKills)
      : 'error' in symptom
        ? missedError(symptom.error, sample.errors)
        : 'metric' in symptom
          ? missedMetric(symptom, sample)
          : undefined;
  return miss === undefined ? [] : [miss];
}

interface Kills {
  readonly kill: AttributedOomKill;
  readonly lacks: readonly string[];
  times: number;
}

/** Those that lack the least; of several such, those that came most often. */
function missedKill(symptom: OomSymptom, kills: readonly AttributedOomKill[]): string | undefined {
  const alike = new Map<string, Kills>();
  for (const kill of kills) {
    const key = JSON.stringify([kill.process, kill.memcg, kill.constraint, kill.expected]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { kill, lacks: lacksOf(symptom, kill), times: 1 });
    else known.times++;
  }
  const [closest] = [...alike.values()].sort((a, b) => a.lacks.length - b.lacks.length || b.times - a.times);
  if (closest === undefined || closest.lacks.length === 0) return undefined;
  const { kill, times, lacks } = closest;
  const where = kill.memcg === undefined ? '' : ` in ${kill.memcg}`;
  const why = kill.constraint === undefined ? '' : ` (${kill.constraint})`;
  const often = times === 1 ? 'once' : `${times} times`;
  return `the kernel killed ${kill.process}${where}${why} ${often}; the symptom asks for ${listed(lacks)}`;
}

function lacksOf({ process, cgroup, constraint }: OomSymptom, kill: AttributedOomKill): string[] {
  const lacks: string[] = [];
  if (process !== undefined && !matchesName(process, kill.process)) lacks.push(`process ${process}`);
  if (cgroup !== undefined && (kill.memcg === undefined || !matchesName(cgroup, kill.memcg))) {
    lacks.push(`cgroup ${cgroup}${kill.memcg === undefined ? ", which the kernel log doesn't tell" : ''}`);
  }
  if (constraint !== undefined && kill.constraint !== constraint) {
    lacks.push(
      `constraint ${constraint}${kill.constraint === undefined ? ", which the kernel log doesn't tell" : ''}`,
    );
  }
  if (kill.expected) lacks.push('a kill that the case does not make on purpose');
  return lacks;
}

interface Slip {
  /** In what the error differs. */
  readonly what: string;
  near(error: string): boolean;
}

/** By what an error may differ from a pattern and still be what was meant. */
function slipsOf(pattern: string): readonly Slip[] {
  const parsed = parsePattern(pattern);
  if (typeof parsed !== 'string') {
    const own = pattern.slice(pattern.lastIndexOf('/') + 1);
    return [
      { what: 'upper and lower case (flag i)', near: withFlags(parsed.source, `${own}i`) },
      { what: 'line breaks (flags m and s)', near: withFlags(parsed.source, `${own}ms`) },
      { what: 'case and line breaks (flags i, m and s)', near: withFlags(parsed.source, `${own}ims`) },
    ];
  }
  const without = (what: string, same: (text: string) => string): Slip => ({
    what,
    near: (error) => same(error).includes(same(parsed)),
  });
  return [
    without('upper and lower case', (text) => text.toLowerCase()),
    without('spaces and line breaks', (text) => text.replaceAll(/\s+/g, ' ')),
    without('its numbers', (text) => text.replaceAll(/\d+/g, '0')),
  ];
}

/** With more flags, an expression may become longer than is allowed: then nothing is near. */
function withFlags(source: string, flags: string): (error: string) => boolean {
  try {
    const loose = compile(source, [...new Set(flags)].join(''));
    return (error) => loose.test(error);
  } catch (error) {
    if (error instanceof PatternError) return () => false;
    throw error;
  }
}

function missedError(pattern: string, errors: readonly string[]): string | undefined {
  for (const { what, near } of slipsOf(pattern)) {
    const error = errors.find(near);
    if (error === undefined) continue;
    const quoted = error.length > QUOTED ? `${error.slice(0, QUOTED)}…` : error;
    return `the error “${quoted}” differs in ${what}; the symptom asks for error ${pattern}`;
  }
  return undefined;
}

function missedMetric({ metric, above, below }: MetricSymptom, { metrics }: Sample): string {
  const measured = metrics[metric];
  if (measured === undefined) {
    const meant = nearest(metric, Object.keys(metrics));
    return `no metric ${metric}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  }
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return `${metric} was ${measured.value} ${measured.unit}; the symptom asks for ${bounds.join(' or ')}`;
}

const listed = (words: readonly string[]): string =>
  words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
