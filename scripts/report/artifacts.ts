/** Every build that some cell of a report had installed, once. */
import type { ReportArtifact } from '../model/artifact.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';

export interface ArtifactRow {
  readonly component: string;
  readonly artifact: ReportArtifact;
  readonly cells: readonly ReportCell[];
}

/** Where an artifact came from: `release:1.1.15 (https://…, checksum only)`. */
export function originOf({ source, download }: ReportArtifact): string {
  return download === undefined ? source : `${source} (${download.url}, ${download.verified})`;
}

export function artifactRows(report: Report): ArtifactRow[] {
  const rows = new Map<string, { component: string; artifact: ReportArtifact; cells: ReportCell[] }>();
  for (const cell of report.cells) {
    for (const [component, artifact] of Object.entries(cell.artifacts)) {
      const key = JSON.stringify([component, artifact.sha256, artifact.packageVersion, artifact.source]);
      const row = rows.get(key) ?? { component, artifact, cells: [] };
      row.cells.push(cell);
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.component.localeCompare(b.component, 'en'));
}
