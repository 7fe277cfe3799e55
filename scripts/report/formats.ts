/** The formats of a report, by the names that `repro report --format` knows them by: a name, and how its code is loaded. */
import type { Report } from '../model/report.ts';
import type { TerminalOptions } from './terminal.ts';

/** Only the terminal has options; the others look the same wherever they are shown. */
export type Render = (report: Report, options?: TerminalOptions) => string;

export interface ReportFormat {
  readonly name: string;
  readonly load: () => Promise<Render>;
}

export const FORMATS = [
  { name: 'terminal', load: async () => (await import('./to-stdout.ts')).renderForStdout },
  { name: 'html', load: async () => withoutOptions((await import('./html.ts')).renderHtml) },
  { name: 'markdown', load: async () => (await import('./markdown.ts')).renderMarkdown },
  { name: 'junit', load: async () => (await import('./junit.ts')).renderJunit },
  { name: 'json', load: async () => (await import('./json.ts')).renderJson },
] as const satisfies readonly ReportFormat[];

export type Format = (typeof FORMATS)[number]['name'];

const withoutOptions =
  (render: (report: Report) => string): Render =>
  (report) =>
    render(report);
