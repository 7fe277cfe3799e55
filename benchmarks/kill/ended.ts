/** Whether what an ended command left is its whole answer: each sample of it once, in the journal and in the report. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Compared, compareNames, findingsIn, reportedIn, samplesIn } from './evidence.ts';

export interface Outcome extends Compared {
  /** What else is wrong, a line each. */
  readonly faults: readonly string[];
  /** Names of the samples that were taken. */
  readonly names: readonly string[];
}

/** `planned`: the names of the samples that it must have taken, where that is certain. */
export function outcomeOf(dir: string, planned: readonly string[] | undefined): Outcome {
  const taken = [...samplesIn(dir).keys()];
  const { counted, faults } = existsSync(join(dir, 'bisect.json')) ? bisected(dir) : reported(dir);
  const both = [
    compareNames(taken, counted),
    ...(planned === undefined ? [] : [compareNames(planned, counted)]),
  ];
  const torn = readdirSync(dir).filter((name) => name.endsWith('.tmp'));
  return {
    lost: [...new Set(both.flatMap(({ lost }) => lost))],
    doubled: [...new Set(both.flatMap(({ doubled }) => doubled))],
    faults: [...faults, ...torn.map((name) => `${name} is left in the run's folder`)],
    names: counted,
  };
}

interface Counted {
  /** A name for each time that a sample counts. */
  readonly counted: readonly string[];
  readonly faults: readonly string[];
}

function reported(dir: string): Counted {
  const { names, bare } = reportedIn(dir);
  return { counted: names, faults: bare.map((name) => `${name}: its evidence is not all there`) };
}

/** A bisection counts outcomes, by the folder of the step that they were taken in. */
function bisected(dir: string): Counted {
  const byStep = new Map<string, string[]>();
  for (const name of samplesIn(dir).keys()) {
    const [step = ''] = name.split(': ');
    byStep.set(step, [...(byStep.get(step) ?? []), name]);
  }
  const counted = findingsIn(dir).flatMap((line) => {
    const finding = JSON.parse(line);
    if (finding.type !== 'samples') return [];
    const names = byStep.get(finding.dir) ?? [];
    return finding.outcomes.map((_: unknown, at: number) => names[at] ?? `${finding.dir}: of nobody, ${at}`);
  });
  const { samples } = JSON.parse(readFileSync(join(dir, 'bisect.json'), 'utf8'));
  const wrong =
    samples === counted.length ? [] : [`it counts ${samples} samples, and its journal ${counted.length}`];
  return { counted, faults: wrong };
}
