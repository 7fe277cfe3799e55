/**
 * The card of a component: what this project knows of a program under test, or of the kernel, as data. Whatever asks
 * about components asks their cards, so that a new one is one new file.
 */
import type { BuildRecipe } from './build-recipe.ts';
import type { ReleaseLayout } from './releases.ts';
import type { Rule, Version } from './rule.ts';

export interface Component {
  /** The name of its axis, `runc`. */
  readonly name: string;
  /** What it is, for documentation, without a full stop. */
  readonly about: string;
  /** What people call it before a version, where that isn't the axis: `Linux 6.12`. */
  readonly called?: string;
  /** Used where a suite needs it and no axis names it. Without one, the scenario of such a suite must name it. */
  readonly default?: string;
  /** Debian's binary package that has it. */
  readonly package?: string;
  /** Where that package has nothing but dependencies on those that have it. */
  readonly parts?: {
    /** Name of the package that is depended on. */
    readonly main: RegExp;
    /** Names of packages that hold more of it, and on which that one depends. */
    readonly more: RegExp;
  };
  /** Its version in suites of Debian, as a binary or a source package, as far as rules of unsupported combinations need it. */
  readonly versions?: Readonly<Record<string, Version>>;
  /** Program -> its place below the root of a machine. It is there when its first program is. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Place of a program -> another place by which it is found, too. */
  readonly links?: Readonly<Record<string, string>>;
  /** The releases that its project publishes. */
  readonly releases?: ReleaseLayout;
  /** How it is built from its sources; without one, a scenario can still say so. */
  readonly recipe?: BuildRecipe;
  /** Where not all sources can have it: the schemes of those that can. */
  readonly only?: {
    readonly schemes: readonly string[];
    /** What is wrong with any other, `kernels come from deb: alone`. */
    readonly otherwise: string;
  };
  /** Whether `repro bisect` can search its commits. */
  readonly bisectable?: boolean;
  /** Whether it starts containers, so that memory floors are its own. */
  readonly runtime?: boolean;
  /** Whether machines boot it, so that every cell has it; all others become layers of a machine. */
  readonly booted?: boolean;
  /** Combinations that are unsupported because of what it does, or doesn't. */
  readonly rules?: readonly Rule[];
}
