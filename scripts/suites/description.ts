/**
 * What a suite offers, as data: its cases, the components it needs, its parameters, what it costs. Pure, so that
 * scenarios can be checked and planned without loading a suite.
 */
import type { z } from 'zod';
import type { Suite } from './suite.ts';
import { typed, type WrittenParams, writtenParams } from './typed.ts';

export interface CaseDescription {
  readonly id: string;
  readonly title: string;
}

interface Described {
  readonly id: string;
  readonly title: string;
  /** Components a cell must name by an axis, or get by default (`defaults`). */
  readonly components: readonly string[];
  readonly cases: readonly CaseDescription[];
  /**
   * Metrics that are times, by name or as `/…/`. A scenario whose symptom is about one of them has the host to
   * itself while its samples run.
   */
  readonly timeMetrics: readonly string[];
  /** Seconds that a sample may take where the scenario says nothing; 60 where this says nothing either. */
  readonly timeout?: number;
  /** Whether axes that are neither a component nor a parameter are handed to the suite all the same. */
  readonly openAxes: boolean;
  /**
   * Seconds under QEMU's own emulation on a 2-core machine, as measured with the shipped scenarios: the preparation of
   * a machine, with what is asked of it at the end; a sample.
   */
  readonly cost: { readonly prepare: number; readonly sample: number };
}

/** What the folder of a suite says of it. Its code is called with the type that `params` gives. */
export interface SuiteCard<Params extends z.ZodObject> extends Described {
  /** Parameters by name; any of them may be an axis. What a transformation makes of one is the code's alone to see. */
  readonly params: Params;
  /** Its code, when it is first needed: `--help` should not wait for gRPC. */
  readonly load: () => Promise<Suite<ParamsOf<Params>>>;
}

export type ParamsOf<Params extends z.ZodObject> = Readonly<z.output<Params>>;

/** A suite as all others see it: with parameters as a scenario writes them. */
export interface SuiteDescription extends Described {
  readonly params: z.ZodObject;
  readonly load: () => Promise<Suite<WrittenParams>>;
}

export function describeSuite<Params extends z.ZodObject>(card: SuiteCard<Params>): SuiteDescription {
  const { params, load, ...described } = card;
  return {
    ...described,
    params: writtenParams(params),
    load: async () => typed(await load(), params),
  };
}
