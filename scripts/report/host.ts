/** Whether the host had a part in what was seen: what it was like, whether failures came with it, whether times count. Pure. */
import { largest, quantile } from '../lib/numbers.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { SampleHost } from '../model/sample.ts';
import { holm } from '../verdict/holm.ts';
import { compareRanks } from '../verdict/ranks.ts';

interface Factor {
  readonly key: keyof SampleHost;
  readonly name: string;
  readonly unit: string;
  /** Above it a time says more of the host than of what was timed; undefined where it says nothing of that. */
  readonly limit: number | undefined;
}

/**
 * More than one task a core beside the machine's own leaves it half of a core for each of its CPUs, or less. The others
 * are shares of the time in which a task that could run didn't; a machine alone on a host of as many cores as it has CPUs
 * makes QEMU's own threads wait now and then, so that limit is high. They are conventions, not measurements: `bench`
 * measures beside them how much a build differs from itself.
 */
const FACTORS: readonly Factor[] = [
  { key: 'load', name: "tasks beside the machine's own", unit: ' per core', limit: 1 },
  { key: 'stealPercent', name: 'time stolen by other guests', unit: '%', limit: 10 },
  { key: 'cpuPressure', name: 'time in which a task waited for a CPU', unit: '%', limit: 75 },
  { key: 'memoryPressure', name: 'time in which a task waited for memory', unit: '%', limit: 10 },
  { key: 'clockStepMs', name: 'steps of the clock', unit: ' ms', limit: undefined },
];

/** Of the samples of a time, the share that may be taken under pressure. */
const PRESSED_SHARE = 0.1;
const SIGNIFICANT = 0.05;
/** Steps of the clock below it are how two clocks are read one after the other, and NTP's slewing. */
const CLOCK_STEP = 100;

/** What a sample was pressed by: the first factor beyond its limit, in words. */
export function pressureOf(host: SampleHost | undefined): string | undefined {
  const found = FACTORS.find(({ key, limit }) => limit !== undefined && (host?.[key] ?? 0) > limit);
  return found === undefined ? undefined : `${found.name}: ${show(host?.[found.key] ?? 0, found)}`;
}

/** Why times of these samples tell nothing; undefined when the host was at rest, or could not tell. */
export function tooPressed(samples: readonly Pick<ReportSample, 'host'>[]): string | undefined {
  const pressed = samples.flatMap(({ host }) => pressureOf(host) ?? []);
  if (samples.length === 0 || pressed.length <= PRESSED_SHARE * samples.length) return undefined;
  return `the host was under pressure in ${pressed.length} of ${samples.length} samples (${pressed[0]})`;
}

/** Sentences for a report: what the host was like, and where failures came with it. */
export function hostNotes(cells: readonly Pick<ReportCell, 'id' | 'samples'>[]): string[] {
  return [...summary(cells.flatMap(({ samples }) => samples)), ...correlations(cells)];
}

function summary(samples: readonly ReportSample[]): string[] {
  const parts = FACTORS.flatMap((factor) => {
    const values = valuesOf(samples, factor.key);
    if (values.length === 0) return [];
    if (factor.key === 'clockStepMs') {
      const most = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      return Math.abs(most) < CLOCK_STEP ? [] : [`the clock stepped by ${most} ms`];
    }
    const [median, most] = [quantile(values, 0.5), largest(values)];
    if (factor.key !== 'load' && most < (factor.limit ?? 0) / 2) return [];
    return [`${factor.name}: ${show(median, factor)}, at most ${show(most, factor)}`];
  });
  return parts.length === 0 ? [] : [`The host during the samples: ${parts.join('; ')}.`];
}

/** Only within a cell: between cells the builds differ, too. */
function correlations(cells: readonly Pick<ReportCell, 'id' | 'samples'>[]): string[] {
  const tests = cells.flatMap(({ id, samples }) => {
    const [good, bad] = ['good', 'bad'].map((judged) => samples.filter((one) => one.judged === judged));
    return FACTORS.flatMap((factor) => {
      const [calm, failed] = [valuesOf(good ?? [], factor.key), valuesOf(bad ?? [], factor.key)];
      if (calm.length === 0 || failed.length === 0 || new Set([...calm, ...failed]).size < 2) return [];
      const medians = { good: quantile(calm, 0.5), bad: quantile(failed, 0.5) };
      return [{ id, factor, medians, p: compareRanks(calm, failed).p }];
    });
  });
  const adjusted = holm(tests.map(({ p }) => p));
  return tests.flatMap(({ id, factor, medians, p: raw }, at) => {
    const p = adjusted[at] ?? raw;
    if (p >= SIGNIFICANT) return [];
    const values = `${show(medians.bad, factor)} (median) in bad samples, ${show(medians.good, factor)} in good ones`;
    return [
      `Outcomes of ${id} went with the host: ${factor.name}: ${values} (Mann–Whitney, p = ${p.toPrecision(2)}, Holm).`,
    ];
  });
}

function valuesOf(samples: readonly Pick<ReportSample, 'host'>[], key: keyof SampleHost): number[] {
  return samples.flatMap(({ host }) => host?.[key] ?? []);
}

function show(value: number, { unit }: Factor): string {
  return `${Number(value.toFixed(2))}${unit}`;
}
