/** What a run tells while it runs. Whoever shows it (task list, plain lines, nothing) listens. */
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { Cell } from '../scenario/types.ts';

export type RunEvent =
  | {
      readonly type: 'run-start';
      readonly scenario: string;
      readonly cells: readonly Cell[];
      readonly dir: string;
    }
  /** A phase of the run as a whole: `resolve`, `artifacts`, and from the first cell's start on `cells`. */
  | { readonly type: 'phase'; readonly name: string }
  /** Something worth a line, such as an artifact that is being made. */
  | { readonly type: 'notice'; readonly text: string }
  /** Its artifacts are made (`artifacts`), or all is there and it waits for its turn (`waiting`). */
  | { readonly type: 'cell-prepare'; readonly cell: Cell; readonly step: 'artifacts' | 'waiting' }
  | { readonly type: 'cell-start'; readonly cell: Cell }
  /** What the cell does now: `boot`, `prepare`, `inspect`, … */
  | { readonly type: 'cell-step'; readonly cell: Cell; readonly step: string }
  /** `n` counts from 1 over all cases. */
  | {
      readonly type: 'sample-start';
      readonly cell: Cell;
      readonly sample: string;
      readonly n: number;
      readonly total: number;
    }
  | {
      readonly type: 'sample-end';
      readonly cell: Cell;
      readonly sample: ReportSample;
      readonly n: number;
      readonly total: number;
    }
  | { readonly type: 'cell-end'; readonly cell: Cell; readonly result: ReportCell }
  | { readonly type: 'run-end'; readonly dir: string; readonly exitCode: number };

export type Listener = (event: RunEvent) => void;
