/** The report of a run for this program's standard output: what it leaves open is taken from there. */
import type { Report } from '../model/report.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

export const renderForStdout = (report: Report, options?: TerminalOptions): string =>
  renderTerminal(report, { ...terminalOptions(process.stdout), ...options });

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
