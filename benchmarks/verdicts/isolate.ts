/** What `repro isolate` names in made-up matrices. */
import { quantile } from '../../scripts/lib/numbers.ts';
import { isolateOnce, type World } from './matrix.ts';

export interface Kind {
  readonly name: string;
  readonly axes: number;
  readonly world: World;
  /** Axes, by number, that make a difference in no cell. */
  readonly idle: readonly number[];
}

const both = (a: boolean, b: boolean): boolean => a && b;

/** Rates at axis 0, 1, … with the failing value; the others have no effect. */
export const KINDS: readonly Kind[] = [
  { name: 'one decides, 0 → 100%', axes: 3, idle: [1, 2], world: (on) => (on(0) ? 1 : 0) },
  { name: 'one decides, 0 → 50%', axes: 3, idle: [1, 2], world: (on) => (on(0) ? 0.5 : 0) },
  { name: 'one decides, 0 → 30%', axes: 3, idle: [1, 2], world: (on) => (on(0) ? 0.3 : 0) },
  {
    name: 'as in oom-4427: 0, or 32% and 100% by a second one',
    axes: 3,
    idle: [2],
    world: (on) => (on(0) ? (on(1) ? 1 : 0.32) : 0),
  },
  { name: 'two together alone, 0 → 100%', axes: 3, idle: [2], world: (on) => (both(on(0), on(1)) ? 1 : 0) },
  { name: 'two together alone, 0 → 50%', axes: 3, idle: [2], world: (on) => (both(on(0), on(1)) ? 0.5 : 0) },
  { name: 'one raises 5% to 60%', axes: 3, idle: [1, 2], world: (on) => (on(0) ? 0.6 : 0.05) },
  { name: 'none matters, 5% everywhere', axes: 3, idle: [0, 1, 2], world: () => 0.05 },
  { name: 'none matters, 20% everywhere', axes: 3, idle: [0, 1, 2], world: () => 0.2 },
  { name: 'one of five decides, 0 → 100%', axes: 5, idle: [1, 2, 3, 4], world: (on) => (on(0) ? 1 : 0) },
  { name: 'one of five decides, 0 → 50%', axes: 5, idle: [1, 2, 3, 4], world: (on) => (on(0) ? 0.5 : 0) },
  {
    name: 'two of five together, 0 → 100%',
    axes: 5,
    idle: [1, 2, 4],
    world: (on) => (both(on(0), on(3)) ? 1 : 0),
  },
];

export interface Isolated {
  readonly kind: Kind;
  readonly runs: number;
  /** Runs in which the ends came out as bad and good, so that there was an answer. */
  readonly answered: number;
  /** Runs that named an axis that makes no difference. */
  readonly wrong: number;
  /** Runs that cleared an axis that makes one (all axes here that make one make more than half of it). */
  readonly wronglyCleared: number;
  /** Runs that named every axis that makes a difference and no other. */
  readonly right: number;
  readonly machines: number;
  readonly samples: number;
  readonly most: number;
}

export function isolateRuns(kind: Kind, runs: number, seed: number): Isolated {
  const sums = { answered: 0, wrong: 0, wronglyCleared: 0, right: 0, machines: 0, samples: 0 };
  const machines: number[] = [];
  for (let run = 0; run < runs; run++) {
    const one = isolateOnce(kind.axes, kind.world, seed + run);
    machines.push(one.machines);
    sums.machines += one.machines;
    sums.samples += one.samples;
    if (one.isolation.problem !== undefined) continue;
    sums.answered++;
    const idle = (axis: number) => kind.idle.includes(axis);
    const roles = one.isolation.axes.map(({ role }) => role);
    const named = roles.map((role) => role === 'decides' || role === 'rate');
    if (named.some((is, axis) => is && idle(axis))) sums.wrong++;
    if (roles.some((role, axis) => role === 'cleared' && !idle(axis))) sums.wronglyCleared++;
    if (named.every((is, axis) => is !== idle(axis))) sums.right++;
  }
  return {
    kind,
    runs,
    ...sums,
    machines: sums.machines / runs,
    samples: sums.samples / runs,
    most: quantile(machines, 0.9),
  };
}
