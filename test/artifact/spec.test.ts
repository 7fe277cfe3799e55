import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOURCES } from '../../scripts/artifact/sources/index.ts';
import { parseLookup, parseSpec, SCHEMES, specOf, splitSpec } from '../../scripts/artifact/spec.ts';
import { either } from '../../scripts/lib/diagnostic.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';

describe('a spec', () => {
  it.each([
    ['1.1.15', { scheme: undefined, version: '1.1.15', builds: false }],
    ['v1.7.0-rc.1', { scheme: undefined, version: 'v1.7.0-rc.1', builds: false }],
    ['deb:trixie', { scheme: 'deb', suite: 'trixie', builds: false }],
    ['deb:bookworm-backports', { scheme: 'deb', suite: 'bookworm-backports', builds: false }],
    ['deb-src:bookworm', { scheme: 'deb-src', suite: 'bookworm', builds: true }],
    ['release:v1.2.0-rc.1', { scheme: 'release', version: 'v1.2.0-rc.1', builds: false }],
    ['path:~/bin/a:b', { scheme: 'path', path: '~/bin/a:b', builds: false }],
    ['git:v1.1.14+614ce12f0', { scheme: 'git', revision: 'v1.1.14+614ce12f0', builds: true }],
  ])('%s says what it is', (text, says) => {
    expect(parseSpec(text)).toEqual({ text, ...says });
    expect(specOf(text)).toEqual(parseSpec(text));
  });

  it.each([
    ['trixie', 'trixie is neither a version, such as 1.1.15, nor a source, such as deb:trixie', 'deb:trixie'],
    ['mine', 'mine is neither a version, such as 1.1.15, nor a source, such as deb:trixie', undefined],
    ['relaese:1.1.15', `unknown kind of source relaese: must be ${either(SCHEMES)}`, 'release:1.1.15'],
    ['deb:trixi', 'trixi is not a Debian suite', 'deb:trixie'],
    ['deb-src:trixi', 'trixi is not a Debian suite', 'deb-src:trixie'],
    ['deb:', 'deb: names no Debian suite', undefined],
    [
      'release:1.1',
      'release:1.1 names no release; write the whole version, such as release:1.1.15',
      undefined,
    ],
    ['path:', 'path: must be followed by a file or folder, such as path:./runc', undefined],
    ['git:', 'git: must be followed by a revision, such as git:v1.1.15', undefined],
    ['git:a..b', 'a..b is not a revision: name a tag, a branch, a hash, or a+b or a-b of these', undefined],
  ])('%s is refused', (text, message, suggestion) => {
    expect(parseSpec(text)).toEqual({ message, ...(suggestion && { suggestion }) });
    expect(specOf(text)).toEqual({ text, scheme: splitSpec(text).scheme, builds: false });
  });
});

describe('where versions are looked up', () => {
  it.each(['deb:trixie', 'deb-src:bookworm', 'release:'])('%s has some', (text) => {
    expect(parseLookup(text)).toMatchObject({ text, scheme: splitSpec(text).scheme });
  });

  it.each([
    ['trixie', 'trixie is not a source, such as deb:trixie', 'deb:trixie'],
    ['git:main', 'git: has no versions to look up; name it on the axis: [git:…]', undefined],
    ['path:./runc', 'path: has no versions to look up; name it on the axis: [path:…]', undefined],
    ['release:1.1.15', 'all releases are one source', 'release:'],
  ])('%s has none', (text, message, suggestion) => {
    expect(parseLookup(text)).toEqual({ message, ...(suggestion && { suggestion }) });
  });
});

describe('the sources', () => {
  it('have schemes of their own', () => {
    expect(new Set(SCHEMES).size).toBe(SOURCES.length);
    for (const scheme of SCHEMES) expect(scheme).toMatch(/^[a-z][a-z-]*$/);
  });

  it.each(SOURCES.map((source) => [source.scheme, source] as const))('%s is described', (_, source) => {
    expect(source.form).toMatch(/^<.+>$/);
    expect(source.about).not.toBe('');
  });

  // Whoever compares or cuts a spec's text knows a scheme that its source should tell of.
  it('alone know what their texts look like', () => {
    const schemes = SCHEMES.join('|');
    const apart = new RegExp(
      `(?:startsWith|endsWith|includes|indexOf|split)\\(['"\`](?:${schemes}):|\\^\\(?(?:\\?:)?(?:${schemes})[|:)(]|scheme [=!]== '(?:${schemes})'`,
    );
    const files = readdirSync(join(packageRoot(), 'scripts'), { recursive: true, encoding: 'utf8' });
    const wrong = files
      .filter((file) => file.endsWith('.ts') && !file.startsWith('artifact/sources/'))
      .filter((file) => apart.test(readFileSync(join(packageRoot(), 'scripts', file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
