import { describe, expect, test } from 'vitest';
import { ArtifactResolver } from '../../scripts/artifact/resolve.ts';
import type { ArtifactSource, ResolvedArtifact, SourceQuery } from '../../scripts/artifact/types.ts';
import { ArtifactError, type ReproError, UsageError } from '../../scripts/lib/errors.ts';
import { signal } from './support.ts';

const HAS: Readonly<Record<string, string>> = { bookworm: '1.1.5', trixie: '1.1.15', forky: '1.3.6' };

/** A source that knows runc, and counts how often it is asked. */
function source(scheme: string, has = HAS) {
  const asked: string[] = [];
  const resolve = async ({ component, place }: SourceQuery): Promise<ResolvedArtifact | undefined> => {
    asked.push(place);
    const version = component === 'runc' ? has[place] : undefined;
    if (version === undefined) return undefined;
    const rest = { packageVersion: `${version}-1`, sha256: 'x', size: 1, locator: {} };
    return { component, version, source: `${scheme}:${place}`, ...rest };
  };
  const materialise = async ({ version }: ResolvedArtifact) => ({
    name: `${scheme}-${version}`,
    file: '',
    sha256: '',
    bytes: 0,
  });
  return { source: { scheme, resolve, materialise } satisfies ArtifactSource, asked };
}

const SOURCES = ['deb:bookworm', 'deb:trixie'];
const runc = (spec: string, sources = SOURCES) => ({ component: 'runc', spec, sources });
const failureOf = (promise: Promise<unknown>): Promise<ReproError> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );

describe('resolve', () => {
  test('a source that is named is the one that is asked', async () => {
    const deb = source('deb');
    const found = await new ArtifactResolver([deb.source]).resolve(runc('deb:forky'), signal);
    expect(found).toMatchObject({ version: '1.3.6', source: 'deb:forky' });
    expect(deb.asked).toEqual(['forky']);
  });

  test('a bare version is looked up in the order of the sources', async () => {
    const resolver = new ArtifactResolver([source('deb').source]);
    expect((await resolver.resolve(runc('1.1'), signal)).source).toBe('deb:bookworm');
    expect((await resolver.resolve(runc('1.1', [...SOURCES].reverse()), signal)).source).toBe('deb:trixie');
    expect((await resolver.resolve(runc('1.1.15'), signal)).source).toBe('deb:trixie');
  });

  test('a version that no source has: what each has is said', async () => {
    const sources = [...SOURCES, 'deb:sid'];
    const error = await failureOf(
      new ArtifactResolver([source('deb').source]).resolve(runc('1.1.9', sources), signal),
    );
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error.code).toBe('not-found');
    for (const part of [
      'runc 1.1.9',
      'deb:bookworm has 1.1.5',
      'deb:trixie has 1.1.15',
      'deb:sid has none',
    ]) {
      expect(error.message).toContain(part);
    }
    expect(error.hint).toContain('deb:sid');
  });

  test('a source without the component is named', async () => {
    const error = await failureOf(
      new ArtifactResolver([source('deb').source]).resolve(runc('deb:sid'), signal),
    );
    expect(error).toMatchObject({ code: 'not-found', message: 'deb:sid has no runc' });
  });

  test('an unknown scheme is a usage error that names the known ones', async () => {
    const resolver = new ArtifactResolver([source('deb').source, source('git').source]);
    for (const request of [runc('dbe:trixie'), runc('1.1', ['dbe:trixie'])]) {
      const error = await failureOf(resolver.resolve(request, signal));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain("'dbe:'");
      expect(error.message).toContain('deb:, git:');
    }
  });

  test('each is looked up once, whoever asks', async () => {
    const deb = source('deb');
    const resolver = new ArtifactResolver([deb.source]);
    const [a, b] = await Promise.all([
      resolver.resolve(runc('1.1.5'), signal),
      resolver.resolve(runc('1.1.5'), signal),
    ]);
    expect(a).toBe(b);
    await resolver.resolve(runc('1.1.5'), signal);
    expect(deb.asked).toEqual(['bookworm']);
  });

  test('a failure is not remembered', async () => {
    const deb = source('deb', {});
    const resolver = new ArtifactResolver([deb.source]);
    await failureOf(resolver.resolve(runc('deb:trixie'), signal));
    await failureOf(resolver.resolve(runc('deb:trixie'), signal));
    expect(deb.asked).toEqual(['trixie', 'trixie']);
  });
});

test('materialise asks the source that resolved it', async () => {
  const resolver = new ArtifactResolver([source('deb').source, source('git', { v1: '1.2.0' }).source]);
  const found = await resolver.resolve(runc('git:v1'), signal);
  expect((await resolver.materialise(found, signal)).name).toBe('git-1.2.0');
});
