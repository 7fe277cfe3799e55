/**
 * What a suite offers, as data: its cases, the components it needs, its parameters, what it costs. Pure, so that
 * scenarios can be checked and planned without loading a suite.
 */
import type { z } from 'zod';
import type { Suite } from './suite.ts';

export interface CaseDescription {
  readonly id: string;
  readonly title: string;
}

export interface SuiteDescription {
  readonly id: string;
  readonly title: string;
  /** Components a cell must name by an axis, or get by default (`defaults`). */
  readonly components: readonly string[];
  readonly cases: readonly CaseDescription[];
  /** Parameters by name; any of them may be an axis. */
  readonly params: z.ZodObject;
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
  /** Its code, when it is first needed: `--help` should not wait for gRPC. */
  readonly load: () => Promise<Suite>;
}
