/** What is wrong with versions and sources as a scenario names them. Pure. */
import { parseLookup, parseSpec, SCHEMES, splitSpec } from '../artifact/spec.ts';
import { cardOf } from '../components/index.ts';
import { type Diagnostic, isDiagnostic } from '../lib/diagnostic.ts';

/** What is wrong with a version or source as the value of a component's axis. */
export function specFlaw(axis: string, text: string): Diagnostic | undefined {
  const { scheme } = splitSpec(text);
  if (scheme !== undefined && /[,=\p{Cc}]/u.test(text)) {
    return { message: 'a value is part of the name of a cell: one line, no comma, no equals sign' };
  }
  const only = cardOf(axis)?.only;
  if (only !== undefined && scheme !== undefined && SCHEMES.includes(scheme)) {
    if (!only.schemes.includes(scheme)) return { message: only.otherwise };
  }
  return flawOf(parseSpec(text));
}

/** What is wrong with an entry of `sources`, in which bare versions are looked up. */
export function sourceFlaw(source: string): Diagnostic | undefined {
  return flawOf(parseLookup(source));
}

const flawOf = (parsed: object): Diagnostic | undefined => (isDiagnostic(parsed) ? parsed : undefined);
