/** What was compared with what, and what could not be. Pure. */
import type { ReportCell } from '../model/cell.ts';
import type { ReportHost } from '../model/report.ts';
import type { Cell } from '../scenario/types.ts';
import { isMeasured, PEAKS, type Sampled } from './compare.ts';
import { isSameBuild } from './same-build.ts';
import type { ArmsSetting } from './types.ts';

/** Of what was run so far; `host`: on which all of it was. */
export function settingOf(
  arms: readonly { readonly baseline: Pick<Cell, 'id'>; readonly candidate: Pick<Cell, 'id'> }[],
  results: ReadonlyMap<string, ReportCell>,
  host: ReportHost,
): ArmsSetting {
  const pairs = arms.map(({ baseline, candidate }) => [results.get(baseline.id), results.get(candidate.id)]);
  const ran = (at: number) => pairs.flatMap((pair) => pair[at] ?? []);
  const { baseline, candidate, common } = buildsOf(ran(0), ran(1));
  return {
    sameBuild: isSameBuild(pairs),
    builds: { baseline, candidate },
    common: [...common, hostText(host)],
  };
}

/** What both arms are made of, as resolved; what they share once. */
function buildsOf(
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

const hostText = ({ emulator, accelerator, cpus, os }: ReportHost): string =>
  `${emulator} (${accelerator}) on ${os}, ${cpus} CPUs`;

/**
 * Metrics that one arm alone has in at least half of its samples. Where the baseline hasn't (it seldom got so far),
 * nothing can be worse than it: a note. Where the candidate hasn't: a gap.
 */
export function lacking({ arms, baseline, candidate }: Sampled): {
  readonly notes: readonly string[];
  readonly gaps: readonly string[];
} {
  const both = [...baseline, ...candidate];
  const [notes, gaps]: [string[], string[]] = [[], []];
  for (const id of new Set(both.map((sample) => sample.case))) {
    const own = (samples: Sampled['baseline']) => samples.filter((sample) => sample.case === id);
    const [ours, theirs] = [own(baseline), own(candidate)];
    for (const name of comparable([...ours, ...theirs])) {
      const say = (samples: Sampled['baseline'], arm: string) =>
        `${[arms, id].filter((part) => part !== '').join(' · ')}: ${name} was measured in ` +
        `${samples.filter(({ metrics }) => metrics[name] !== undefined).length} of ${samples.length} samples of the ${arm}`;
      const [has, other] = [isMeasured(ours, name), isMeasured(theirs, name)];
      if (!has && other) notes.push(say(ours, 'baseline'));
      if (has && !other) gaps.push(say(theirs, 'candidate'));
    }
  }
  return { notes, gaps };
}

/** The metrics that a verification compares. */
function comparable(samples: Sampled['baseline']): Set<string> {
  return new Set(
    samples.flatMap(({ metrics }) =>
      Object.entries(metrics).flatMap(([name, { unit }]) =>
        unit === 'ms' || PEAKS.includes(name) ? [name] : [],
      ),
    ),
  );
}
