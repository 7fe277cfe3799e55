/** Every format of a report, by the name that `repro report --format` knows it by. */
import type { Report } from '../model/report.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

export type Format = 'terminal' | 'html' | 'markdown' | 'junit' | 'json';

/**
 * Only the terminal has options, and what they leave open is taken from the standard output; the other formats
 * look the same wherever they are shown.
 */
export const formats: Readonly<Record<Format, (report: Report, options?: TerminalOptions) => string>> = {
  terminal: (report, options) => renderTerminal(report, { ...terminalOptions(process.stdout), ...options }),
  html: (report) => renderHtml(report),
  markdown: (report) => renderMarkdown(report),
  junit: (report) => renderJunit(report),
  json: (report) => renderJson(report),
};

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a stream can show: colours on a terminal, unless `NO_COLOR` or a dumb one; `FORCE_COLOR` everywhere. */
export function terminalOptions(
  stream: Terminal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): { color: boolean; width: number } {
  const terminal = stream.isTTY === true && env.TERM !== 'dumb';
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  return { color: !env.NO_COLOR && (terminal || forced), width: stream.columns ?? 80 };
}
