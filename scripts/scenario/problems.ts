import { type Diagnostic, withSuggestion } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import { MOST_PROBLEMS } from './limits.ts';

/** One thing that is wrong with a scenario file, and where. Line and column count from 1. */
export interface ScenarioProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `axes.runc[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
}

/** A scenario file that can't be run: every problem of it, in the order of the file. */
export class ScenarioError extends UsageError {
  readonly problems: readonly ScenarioProblem[];

  constructor(problems: readonly ScenarioProblem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const left = sorted.length - MOST_PROBLEMS;
    const told = sorted.slice(0, MOST_PROBLEMS).map(formatProblem);
    super('scenario', [...told, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'), {
      hint: 'docs/scenarios.md describes every key.',
    });
    this.problems = sorted;
  }
}

/** `scenarios/x.yaml:12:5: axes.cgrupDriver: unknown axis; did you mean cgroupDriver?` */
export function formatProblem(problem: ScenarioProblem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${where}: ${path}${withSuggestion(problem)}`;
}

/** A place in the file, as keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** A diagnostic and the place it is at: of its value, or of the key itself. */
export interface PlacedDiagnostic extends Diagnostic {
  readonly path: Path;
  readonly at?: 'key' | 'value' | undefined;
}

export function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The first of many words: `a, b, c and 7 more`. */
export function some(words: Iterable<string>, most = 20): string {
  const all = [...words];
  const left = all.length - most;
  return left <= 0 ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${left} more`;
}
