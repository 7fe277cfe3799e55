/** Reads what the guest's script left of one container, and says what it means. Pure. */
import { lastLines } from '../guest-shell.ts';

/** File name -> text, of one container's folder. */
export type ContainerFiles = ReadonlyMap<string, string>;

/**
 * What runc said went wrong: the texts of its `level=error` and `level=fatal` lines, or all that it printed
 * when it has no such line (`runc init` writes past the logger).
 */
export function runcErrors(stderr: string): string[] {
  const texts = stderr.split('\n').flatMap((line) => {
    const match = /\blevel=(?:error|fatal) msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line);
    return match?.[1] === undefined ? [] : [unquote(match[1])];
  });
  if (texts.length > 0) return texts;
  const rest = lastLines(stderr, 10);
  return rest === '' ? [] : [rest];
}

/** logrus quotes as Go's `%q` does, which is JSON in all that runc prints. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** Why the container doesn't run; empty when it does. */
export function startErrors(files: ContainerFiles): string[] {
  for (const step of ['create', 'start'] as const) {
    const errors = stepErrors(files, step);
    if (errors.length > 0) return errors;
  }
  const settled = files.get('settled') ?? '';
  if (settled === '') return ["the container's process was gone right after runc start"];
  if (settled.startsWith('runc:'))
    return [`the container's process is still ${settled} long after runc start`];
  return [];
}

/** Why a step of runc failed (`create`, `start`, `exec`); empty when it didn't. */
export function stepErrors(files: ContainerFiles, step: 'create' | 'start' | 'exec'): string[] {
  const code = files.get(`${step}.code`);
  if (code === '0') return [];
  const said = runcErrors(files.get(`${step}.err`) ?? '');
  return said.length > 0 ? said : [`runc ${step} ended with exit code ${code ?? 'unknown'} and said nothing`];
}

const isCount = (text: string | undefined): text is string => text !== undefined && /^\d{1,30}$/.test(text);

/** Milliseconds between two files of `date +%s%N`; undefined when either is missing, or no number. */
export function elapsed(begin: string | undefined, end: string | undefined): number | undefined {
  if (!isCount(begin) || !isCount(end)) return undefined;
  return Math.round(Number(BigInt(end) - BigInt(begin)) / 1e4) / 100;
}
