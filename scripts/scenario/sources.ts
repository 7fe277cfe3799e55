/** Versions and sources of components as text: `1.1.15`, `deb:trixie`, `git:v1.1.15`, `path:./runc`. Pure. */
import { distance } from 'fastest-levenshtein';
import { nearest } from './near-miss.ts';
import { either, type Flaw } from './problems.ts';

const DEBIAN_SUITES = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'experimental'];

interface Scheme {
  /** What is wrong with what stands after the colon, on an axis. */
  readonly flaw: (place: string) => Flaw | undefined;
  /** The same in an entry of `sources`; undefined when bare versions can't be looked up in it. */
  readonly lookupFlaw: ((place: string) => Flaw | undefined) | undefined;
}

const binarySuiteFlaw = (suite: string) => suiteFlaw('deb', suite);
const sourceSuiteFlaw = (suite: string) => suiteFlaw('deb-src', suite);

const SCHEMES: Readonly<Record<string, Scheme>> = {
  deb: { flaw: binarySuiteFlaw, lookupFlaw: binarySuiteFlaw },
  release: { flaw: releaseFlaw, lookupFlaw: anyReleaseFlaw },
  path: { flaw: pathFlaw, lookupFlaw: undefined },
  git: { flaw: revisionFlaw, lookupFlaw: undefined },
  'deb-src': { flaw: sourceSuiteFlaw, lookupFlaw: sourceSuiteFlaw },
};

/** Kinds of artifact source there are: the part of `deb:trixie` before the colon. */
export const SOURCE_SCHEMES: readonly string[] = Object.keys(SCHEMES);

/** What is wrong with a version or source as the value of an axis. Whether there is such a version, the source tells. */
export function specFlaw(axis: string, spec: string): Flaw | undefined {
  const { scheme, place } = split(spec);
  if (scheme === undefined) {
    if (/^v?\d[\w.+~-]*$/.test(spec)) return undefined;
    const suite = DEBIAN_SUITES.find((name) => name === spec);
    const suggestion = suite === undefined ? undefined : `deb:${suite}`;
    return {
      message: `${spec} is neither a version, such as 1.1.15, nor a source, such as deb:trixie`,
      suggestion,
    };
  }
  if (/[,=\p{Cc}]/u.test(spec)) {
    return { message: 'a value is part of the name of a cell: one line, no comma, no equals sign' };
  }
  const known = schemeOf(scheme);
  if (known === undefined) return unknownScheme(scheme, place);
  if (axis === 'kernel' && scheme !== 'deb') return { message: 'kernels come from deb: alone' };
  return known.flaw(place);
}

/** What is wrong with an entry of `sources`, in which bare versions are looked up. */
export function sourceFlaw(source: string): Flaw | undefined {
  const { scheme, place } = split(source);
  if (scheme === undefined) {
    const suggestion = DEBIAN_SUITES.includes(source) ? `deb:${source}` : undefined;
    return { message: `${source} is not a source, such as deb:trixie`, suggestion };
  }
  const known = schemeOf(scheme);
  if (known === undefined) return unknownScheme(scheme, place);
  if (known.lookupFlaw === undefined) {
    return { message: `${scheme}: has no versions to look up; name it on the axis: [${scheme}:…]` };
  }
  return known.lookupFlaw(place);
}

function split(text: string): { readonly scheme: string | undefined; readonly place: string } {
  const [, scheme, place = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  return { scheme, place };
}

function schemeOf(name: string): Scheme | undefined {
  return Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
}

function unknownScheme(scheme: string, place: string): Flaw {
  const alike = nearest(scheme, SOURCE_SCHEMES);
  return {
    message: `unknown kind of source ${scheme}: must be ${either(SOURCE_SCHEMES)}`,
    suggestion: alike === undefined ? undefined : `${alike}:${place}`,
  };
}

function suiteFlaw(scheme: string, suite: string): Flaw | undefined {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(suite)) return { message: `${scheme}:${suite} names no Debian suite` };
  const misspelt = DEBIAN_SUITES.includes(suite)
    ? undefined
    : DEBIAN_SUITES.find((known) => distance(known, suite) <= known.length / 3);
  return misspelt === undefined
    ? undefined
    : { message: `${suite} is not a Debian suite`, suggestion: `${scheme}:${misspelt}` };
}

function releaseFlaw(version: string): Flaw | undefined {
  if (/^v?\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version)) return undefined;
  return { message: `release:${version} names no release; write the whole version, such as release:1.1.15` };
}

/** Which release, the version says that is looked up. */
function anyReleaseFlaw(place: string): Flaw | undefined {
  if (place === '') return undefined;
  return { message: 'all releases are one source', suggestion: 'release:' };
}

function pathFlaw(path: string): Flaw | undefined {
  if (path !== '' && path === path.trim()) return undefined;
  return { message: 'path: must be followed by a file or folder, such as path:./runc' };
}

function revisionFlaw(revision: string): Flaw | undefined {
  if (revision === '') return { message: 'git: must be followed by a revision, such as git:v1.1.15' };
  // git-check-ref-format(1), as far as a name with ~2 or ^ at its end goes.
  if (!/[\s?*[\\]|\.\.|^[-+]|[-+]$/.test(revision)) return undefined;
  return { message: `${revision} is no revision: name a tag, a branch, a hash, or a+b or a-b of these` };
}
