import type { ResolvedArtifact } from '../artifact/types.ts';
import { messageOf } from '../lib/errors.ts';
import type { ReportCell } from '../model/cell.ts';
import { buildCell } from '../report/build.ts';
import type { Cell } from '../scenario/types.ts';
import { cellDir } from './folder.ts';

/** The report of a cell for which there never was a machine. */
export function skippedCell(
  cell: Cell,
  artifacts: readonly ResolvedArtifact[],
  failure: unknown,
  planned: number,
): ReportCell {
  return buildCell({
    cell,
    artifacts,
    dir: cellDir(cell),
    machine: undefined,
    guest: {},
    samples: [],
    samplesPlanned: planned,
    verdict: { kind: 'skip', reason: messageOf(failure) },
    durationMs: 0,
    phases: [],
    consoleTail: [],
    outside: { oomKills: [], kernelEvents: [] },
  });
}
