/**
 * What a scenario says of a component, parsed: a version (`1.1.15`), or a source and a place in it (`deb:trixie`,
 * `git:v1.1.15`, `path:./runc`). Nothing else takes such a text apart. Pure.
 */
import { type Diagnostic, either, isDiagnostic } from '../lib/diagnostic.ts';
import { nearest } from '../lib/near-miss.ts';
import { SOURCES } from './sources/index.ts';
import type { Place, Source } from './sources/source.ts';
import { isSuite } from './sources/suite.ts';

export interface Spec extends Place {
  /** As it was written. */
  readonly text: string;
  /** Undefined for a bare version, which is looked up in sources. */
  readonly scheme: string | undefined;
  /** Whether the artifact is built on this host. */
  readonly builds: boolean;
}

const BY_SCHEME: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.scheme, source]));

export const SCHEMES: readonly string[] = [...BY_SCHEME.keys()];

/** The value of an axis, or what is wrong with it. Whether there is such a version, its source tells. */
export function parseSpec(text: string): Spec | Diagnostic {
  const { scheme, place } = splitSpec(text);
  if (scheme !== undefined) return parsePlace(text, scheme, (source) => source.parse(place));
  if (/^v?\d[\w.+~-]*$/.test(text)) return { text, scheme, builds: false, version: text };
  return {
    message: `${text} is neither a version, such as 1.1.15, nor a source, such as deb:trixie`,
    suggestion: suggestedSuite(text),
  };
}

/** An entry of `sources`, in which bare versions are looked up, or what is wrong with it. */
export function parseLookup(text: string): Spec | Diagnostic {
  const { scheme, place } = splitSpec(text);
  if (scheme === undefined) {
    return {
      message: `${text} is not a source, such as deb:trixie`,
      suggestion: suggestedSuite(text),
    };
  }
  const cannot = { message: `${scheme}: has no versions to look up; name it on the axis: [${scheme}:…]` };
  return parsePlace(text, scheme, (source) => source.parseLookup?.(place) ?? cannot);
}

/** What is there of a text that may be no spec at all: a version, a revision, a path, …, or nothing of these. */
export function specOf(text: string): Spec {
  const spec = parseSpec(text);
  return isDiagnostic(spec) ? { text, scheme: splitSpec(text).scheme, builds: false } : spec;
}

/** The scheme, whether or not there is such a source, and what stands after it. */
export function splitSpec(text: string): { readonly scheme: string | undefined; readonly place: string } {
  const [, scheme, place = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  return { scheme, place };
}

function parsePlace(
  text: string,
  scheme: string,
  parse: (source: Source) => Place | Diagnostic,
): Spec | Diagnostic {
  const source = BY_SCHEME.get(scheme);
  if (source === undefined) {
    const alike = nearest(scheme, SCHEMES);
    return {
      message: `unknown kind of source ${scheme}: must be ${either(SCHEMES)}`,
      suggestion: alike === undefined ? undefined : `${alike}:${splitSpec(text).place}`,
    };
  }
  const place = parse(source);
  return isDiagnostic(place) ? place : { ...place, text, scheme, builds: source.builds };
}

const suggestedSuite = (text: string): string | undefined => (isSuite(text) ? `deb:${text}` : undefined);
