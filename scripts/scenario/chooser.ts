/** Which of many selectors choose a point, for many points: without asking every selector of every point. Pure. */
import type { Axes } from '../model/axes.ts';
import { wantedValues } from './select.ts';
import type { Selector } from './types.ts';

/** The indexes of the selectors that choose a point, ascending. */
export type Chooser = (axes: Axes) => readonly number[];

type Part = readonly [axis: string, texts: ReadonlySet<string>];

/** Each selector waits at the values of one of its axes, so that a point meets only those that may choose it. */
export function chooser(selectors: readonly Selector[]): Chooser {
  const compiled = selectors.map((selector) =>
    Object.entries(selector).map(([axis, wanted]): Part => [axis, new Set(wantedValues(wanted).map(String))]),
  );
  const crowds = countPlaces(compiled.flat());
  const always: number[] = [];
  /** Axis -> value -> who waits there. */
  const waiting = new Map<string, Map<string, number[]>>();
  compiled.forEach((parts, index) => {
    const rarest = leastCrowded(parts, crowds);
    if (rarest === undefined) always.push(index);
    else for (const text of rarest[1]) wait(waiting, rarest[0], text).push(index);
  });
  const chooses = (index: number, axes: Axes) =>
    (compiled[index] ?? []).every(
      ([axis, texts]) => axes[axis] !== undefined && texts.has(String(axes[axis])),
    );
  return (axes) => {
    const chosen: number[] = [];
    for (const [axis, values] of waiting) {
      for (const index of values.get(String(axes[axis])) ?? []) if (chooses(index, axes)) chosen.push(index);
    }
    return chosen.length === 0 ? always : [...always, ...chosen].sort((a, b) => a - b);
  };
}

function wait(waiting: Map<string, Map<string, number[]>>, axis: string, text: string): number[] {
  const values = waiting.get(axis) ?? new Map<string, number[]>();
  waiting.set(axis, values);
  const there = values.get(text) ?? [];
  values.set(text, there);
  return there;
}

/** What the selectors make of the points: those that choose some, and those that are the first to choose some. */
export function chosenAmong(
  points: readonly Axes[],
  selectors: readonly Selector[],
): { readonly any: ReadonlySet<number>; readonly first: ReadonlySet<number> } {
  const choosing = chooser(selectors);
  const any = new Set<number>();
  const first = new Set<number>();
  for (const point of points) {
    const chosen = choosing(point);
    if (chosen[0] !== undefined) first.add(chosen[0]);
    for (const index of chosen) any.add(index);
  }
  return { any, first };
}

/** No value of an axis has a NUL in it. */
const placesOf = ([axis, texts]: Part) => [...texts].map((text) => `${axis}\0${text}`);

function countPlaces(parts: readonly Part[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const place of parts.flatMap(placesOf)) counts.set(place, (counts.get(place) ?? 0) + 1);
  return counts;
}

function leastCrowded(parts: readonly Part[], crowds: ReadonlyMap<string, number>): Part | undefined {
  const ranked = parts.map((part) => ({
    part,
    crowd: placesOf(part).reduce((most, place) => Math.max(most, crowds.get(place) ?? 0), 0),
  }));
  return ranked.sort((a, b) => a.crowd - b.crowd)[0]?.part;
}
