/** What was compared with what, and what could not be. Pure. */
import type { ReportCell, ReportHost } from '../report/model.ts';
import { PEAKS, type Sampled } from './compare.ts';

/** What both arms are made of, as resolved; what they share once. */
export function buildsOf(
  baseline: readonly ReportCell[],
  candidate: readonly ReportCell[],
): {
  readonly baseline: readonly string[];
  readonly candidate: readonly string[];
  readonly common: readonly string[];
} {
  const [ours, theirs] = [baseline, candidate].map((cells) => [...new Set(cells.flatMap(partsOf))]) as [
    string[],
    string[],
  ];
  return {
    baseline: ours.filter((part) => !theirs.includes(part)),
    candidate: theirs.filter((part) => !ours.includes(part)),
    common: ours.filter((part) => theirs.includes(part)),
  };
}

function partsOf({ artifacts }: ReportCell): string[] {
  return Object.entries(artifacts).map(
    ([component, { packageVersion, source, sha256 }]) =>
      `${component} ${packageVersion} (${source}, sha256 ${sha256.slice(0, 12)})`,
  );
}

export const hostText = ({ emulator, accelerator, cpus, os }: ReportHost): string =>
  `${emulator} (${accelerator}) on ${os}, ${cpus} CPUs`;

/**
 * Metrics that one arm alone has. Where the baseline has none (it never got so far), nothing can be worse than it: a
 * note. Where the candidate has none: a gap.
 */
export function lacking({ arms, baseline, candidate }: Sampled): {
  readonly notes: readonly string[];
  readonly gaps: readonly string[];
} {
  const keysOf = (samples: Sampled['baseline']) =>
    new Set(
      samples.flatMap((one) =>
        Object.entries(one.metrics)
          .filter(([name, { unit }]) => unit === 'ms' || PEAKS.includes(name))
          .map(([name]) => `${one.case}: ${name}`),
      ),
    );
  const [ours, theirs] = [keysOf(baseline), keysOf(candidate)];
  const say = (key: string, arm: string) =>
    `${[arms, key].filter((part) => part !== '').join(' · ')} has no value in the ${arm}`;
  return {
    notes: [...theirs].filter((key) => !ours.has(key)).map((key) => say(key, 'baseline')),
    gaps: [...ours].filter((key) => !theirs.has(key)).map((key) => say(key, 'candidate')),
  };
}
