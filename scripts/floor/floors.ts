/** From the report of a cell to its floors, one a case. Pure. */
import { componentsThat } from '../components/index.ts';
import type { ReportCell } from '../model/cell.ts';
import { LIMIT } from './cells.ts';
import { knownOf, trialsOf, UNFINISHED } from './choose.ts';
import type { SearchOptions } from './search.ts';
import type { Floor } from './types.ts';

const RUNTIMES = componentsThat(({ runtime }) => runtime === true);

export function floorsOf(cell: ReportCell, cases: readonly string[], options: SearchOptions): Floor[] {
  const { id, axes, guest, machine, verdict } = cell;
  const runtime = RUNTIMES.map((name) => guest[name]).find((one) => one !== undefined);
  return cases.map((caseId) => {
    const own = cell.samples.filter((sample) => sample.case === caseId);
    const trials = trialsOf(own);
    const known = knownOf(own, options);
    const limits = [...new Set(trials.map(({ limit }) => limit))].sort((a, b) => a - b);
    const failed = own.find(
      ({ outcome, params }) => outcome === 'failed' && Number(params?.[LIMIT]) === known.failedAt,
    );
    return {
      cell: id,
      axes,
      case: caseId,
      ...known,
      why: known.why === UNFINISHED ? (verdict.reason ?? UNFINISHED) : known.why,
      kernel: guest.kernel?.reported ?? machine?.kernel,
      cgroup: machine?.cgroup,
      cgroupDriver: axes.cgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs',
      runtime: runtime && { reported: runtime.reported, bytes: runtime.bytes },
      tried: limits.map((limit) => {
        const there = trials.filter((trial) => trial.limit === limit);
        return { limit, failed: there.filter((trial) => trial.failed).length, total: there.length };
      }),
      samples: own.length,
      failure: failed?.errors[0],
    };
  });
}
