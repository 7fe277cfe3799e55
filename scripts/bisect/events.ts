/** What happens in a bisection, in order: shown as it happens, kept in the journal, and replayed from it. */
import type { SampleOutcome } from './outcome.ts';

export type Purpose = 'old' | 'new' | 'merge-base' | 'search' | 'check';

/** What was found out about a revision. Nothing else decides what comes next. */
export type Finding =
  | {
      readonly type: 'built';
      readonly revision: string;
      /** What was built, as its sha256; two revisions with the same one behave the same. */
      readonly digest: string;
      readonly seconds: number;
    }
  /** It can't be tested: it doesn't build, doesn't boot, or fails in another way. `transient`: it may work next time. */
  | {
      readonly type: 'skip';
      readonly revision: string;
      readonly reason: string;
      readonly transient: boolean;
      readonly seconds: number;
    }
  /** Samples of it are about to be taken: a step that nothing follows was cut short, and is finished first. */
  | {
      readonly type: 'step';
      readonly revision: string;
      readonly purpose: Purpose;
      readonly samples: number;
    }
  | {
      readonly type: 'samples';
      readonly revision: string;
      readonly purpose: Purpose;
      readonly outcomes: readonly SampleOutcome[];
      /** Wall time in all, and until the first sample began. */
      readonly seconds: number;
      readonly startSeconds: number;
      /** Folder of the evidence, relative to the bisection's. */
      readonly dir: string;
    };
