/** The samples that a run's folder holds, and whether they are those of before, each of them once. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By their names, `<folder>: <cell> <sample>`: the line of each that the journal has. */
export type Samples = ReadonlyMap<string, readonly string[]>;

export interface Compared {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Those of the run itself, and of the runs of its steps. A line that a kill tore is none. */
export function samplesIn(dir: string): Samples {
  const found = new Map<string, string[]>();
  for (const place of foldersOf(dir)) {
    for (const line of linesOf(join(dir, place, 'journal.ndjson'))) {
      const { cell, sample } = JSON.parse(line);
      if (sample === undefined) continue;
      const name = `${place}: ${cell} ${sample.id}`;
      found.set(name, [...(found.get(name) ?? []), line]);
    }
  }
  return found;
}

/** What a bisection wrote down of its steps. */
export function findingsIn(dir: string): readonly string[] {
  return linesOf(join(dir, 'journal.ndjson'));
}

/** Lost: it isn't there any more, or says something else now. */
export function compareSamples(before: Samples, after: Samples): Compared {
  const lost = [...before].filter(([name, [line]]) => line !== undefined && after.get(name)?.[0] !== line);
  const doubled = [...after].filter(([, lines]) => lines.length > 1);
  return { lost: lost.map(([name]) => name), doubled: doubled.map(([name]) => name) };
}

/** `wanted`: what must be there once; what else is there is doubled, or of nobody. */
export function compareNames(wanted: Iterable<string>, there: readonly string[]): Compared {
  const asked = new Set(wanted);
  const counts = new Map<string, number>();
  for (const name of there) counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    lost: [...asked].filter((name) => !counts.has(name)),
    doubled: [...counts].filter(([name, count]) => count > 1 || !asked.has(name)).map(([name]) => name),
  };
}

/** The samples of a report, and those of them whose evidence is not all on disk. */
export function reportedIn(dir: string): { readonly names: string[]; readonly bare: string[] } {
  const names: string[] = [];
  const bare: string[] = [];
  const report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));
  for (const { id, samples } of report.cells) {
    for (const sample of samples) {
      const name = `.: ${id} ${sample.id}`;
      names.push(name);
      if (sample.files.some((file: string) => !existsSync(join(dir, file)))) bare.push(name);
    }
  }
  return { names, bare };
}

function foldersOf(dir: string): string[] {
  const steps = join(dir, 'steps');
  const below = existsSync(steps) ? readdirSync(steps).sort() : [];
  return ['.', ...below.map((name) => join('steps', name))];
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '');
}
