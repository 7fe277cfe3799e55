/** Makes a report from its parts. Pure; the runner knows where the parts come from. */
import type { ResolvedArtifact } from '../artifact/types.ts';
import { EXIT, type ExitCode } from '../lib/errors.ts';
import { grouped } from '../lib/grouped.ts';
import type { ReportArtifact } from '../model/artifact.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { KernelEvent } from '../model/kernel-event.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import { REPORT_SCHEMA, type Report } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Cell, Expectation, Scenario } from '../scenario/types.ts';
import { hostNotes } from './host.ts';

type Judged = Pick<ReportCell, 'verdict' | 'expected'>;

/**
 * The exit code by the design's rule. A cell with an expectation counts by whether that was met, any other by
 * its verdict; bad (or missed) wins over could-not-be-judged, an interrupt over all.
 */
export function exitCodeOf(cells: readonly Judged[], interrupted: boolean): ExitCode {
  if (interrupted) return EXIT.interrupted;
  const codes = new Set(cells.map(cellCode));
  return codes.has(EXIT.bad) ? EXIT.bad : codes.has(EXIT.skip) ? EXIT.skip : EXIT.ok;
}

function cellCode({ verdict, expected }: Judged): ExitCode {
  if (expected?.met) return EXIT.ok;
  if (verdict.kind === 'skip') return EXIT.skip;
  return expected !== undefined || verdict.kind === 'bad' ? EXIT.bad : EXIT.ok;
}

/** Per metric, the values of all samples that had it, in sample order. */
export function metricsOf(samples: readonly Pick<ReportSample, 'metrics'>[]): ReportCell['metrics'] {
  // A workload names its metrics: `__proto__` is a name like any other.
  const metrics = new Map<string, { unit: string; values: number[] }>();
  for (const sample of samples) {
    for (const [name, { unit, value }] of Object.entries(sample.metrics)) {
      // Two cases may use one name in two units: their values must not be mixed.
      const key = (metrics.get(name)?.unit ?? unit) === unit ? name : `${name} [${unit}]`;
      const metric = metrics.get(key) ?? { unit, values: [] };
      metric.values.push(value);
      metrics.set(key, metric);
    }
  }
  return Object.fromEntries(metrics);
}

export function expectedOf(expect: Expectation | undefined, verdict: Verdict): ReportCell['expected'] {
  if (expect === undefined) return undefined;
  return { verdict: expect.verdict, why: expect.why, met: expect.verdict === verdict.kind };
}

export function artifactOf(resolved: ResolvedArtifact): ReportArtifact {
  const { version, packageVersion, source, sha256, download, build } = resolved;
  return {
    version,
    packageVersion,
    source,
    sha256,
    ...(download === undefined ? {} : { download }),
    ...(build === undefined ? {} : { build }),
  };
}

function artifactsOf(resolved: readonly ResolvedArtifact[]): ReportCell['artifacts'] {
  return Object.fromEntries(resolved.map((one) => [one.component, artifactOf(one)]));
}

export interface CellParts
  extends Pick<
    ReportCell,
    | 'dir'
    | 'content'
    | 'guest'
    | 'verdict'
    | 'samples'
    | 'samplesPlanned'
    | 'durationMs'
    | 'guestMs'
    | 'phases'
    | 'consoleTail'
    | 'warnings'
  > {
  readonly cell: Cell;
  readonly artifacts: readonly ResolvedArtifact[];
  readonly machine: ReportCell['machine'];
  /** What the kernel logged outside of any sample. */
  readonly outside: {
    readonly oomKills: readonly AttributedOomKill[];
    readonly kernelEvents: readonly KernelEvent[];
  };
}

export function buildCell(parts: CellParts): ReportCell {
  const { cell, artifacts, machine, outside, ...rest } = parts;
  return {
    id: cell.id,
    axes: cell.axes,
    params: cell.params,
    ...rest,
    artifacts: artifactsOf(artifacts),
    machine,
    expected: expectedOf(cell.expect, rest.verdict),
    oomKills: [...rest.samples.flatMap((sample) => sample.oomKills), ...outside.oomKills],
    kernelEvents: [...rest.samples.flatMap((sample) => sample.kernelEvents), ...outside.kernelEvents],
    metrics: metricsOf(rest.samples),
  };
}

/** A cell that runs nothing, for `first` runs the very same: it has that one's verdict, and its own expectation. */
export function shareCell(cell: Cell, artifacts: readonly ResolvedArtifact[], first: ReportCell): ReportCell {
  const { dir, guest, machine, verdict, content } = first;
  return {
    id: cell.id,
    axes: cell.axes,
    params: cell.params,
    dir,
    content,
    sharedWith: first.id,
    guest,
    machine,
    artifacts: artifactsOf(artifacts),
    verdict,
    expected: expectedOf(cell.expect, verdict),
    samples: [],
    samplesPlanned: 0,
    oomKills: [],
    kernelEvents: [],
    metrics: {},
    durationMs: 0,
    phases: [],
    consoleTail: [],
  };
}

/** Which cells ran on which kind of machines, and why, where several were allowed: a sentence for each reason. */
function providerNotes(cells: readonly Pick<ReportCell, 'machine'>[]): string[] {
  const reasons = cells.flatMap(({ machine }) =>
    machine?.providerWhy === undefined ? [] : [`on ${machine.provider}: ${machine.providerWhy}`],
  );
  return [...grouped(reasons, (reason) => reason)].map(
    ([reason, { length }]) => `${length} of ${cells.length} cells ran ${reason}.`,
  );
}

/** What cells tell of the run as a whole: it is told anew whenever there is a report. */
const cellNotes = (cells: readonly ReportCell[]): string[] => [...providerNotes(cells), ...hostNotes(cells)];

/** A report's notes but for those that its cells tell, for a later report of the same run. */
export function notesToKeep({ notes, cells }: Pick<Report, 'notes' | 'cells'>): string[] {
  const told = new Set(cellNotes(cells));
  return notes.filter((note) => !told.has(note));
}

export interface ReportParts
  extends Pick<Report, 'command' | 'host' | 'phases' | 'interrupted' | 'resumed' | 'cells' | 'notes'> {
  readonly scenario: Scenario;
  /** The scenario's file as the user gave it. */
  readonly path: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** As a clock tells that nobody sets; the time between the two where it isn't known. */
  readonly durationMs?: number;
}

export function buildReport(parts: ReportParts): Report {
  const { scenario, path, startedAt, endedAt, ...rest } = parts;
  return {
    schema: REPORT_SCHEMA,
    scenario: scenario.name,
    title: scenario.title,
    question: scenario.question,
    references: scenario.references,
    scenarioFile: { path, sha256: scenario.sha256 },
    suite: { id: scenario.suite.id, cases: scenario.suite.cases },
    symptom: scenario.symptom,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    durationMs: endedAt.getTime() - startedAt.getTime(),
    exitCode: exitCodeOf(rest.cells, rest.interrupted),
    unsupported: scenario.unsupported,
    ...rest,
    notes: [...rest.notes, ...cellNotes(rest.cells)],
  };
}
