import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheDir, findPackage, packageRoot, stateDir } from '../../scripts/lib/paths.ts';

test('the cache: REPRO_CACHE, else below XDG_CACHE_HOME, else below ~/.cache', () => {
  expect(cacheDir({ REPRO_CACHE: '/big/repro', XDG_CACHE_HOME: '/xdg' })).toBe('/big/repro');
  expect(cacheDir({ REPRO_CACHE: 'here' })).toBe(resolve('here'));
  expect(cacheDir({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/repro');
  expect(cacheDir({})).toBe(join(homedir(), '.cache/repro'));
});

test('relative XDG folders are ignored, as their specification says', () => {
  expect(cacheDir({ XDG_CACHE_HOME: 'xdg' })).toBe(join(homedir(), '.cache/repro'));
  expect(stateDir({ XDG_STATE_HOME: 'xdg' })).toBe(join(homedir(), '.local/state/repro'));
  expect(stateDir({ XDG_STATE_HOME: '/xdg' })).toBe('/xdg/repro');
});

test('the package is found from its sources and from a bundle below it', () => {
  const root = resolve(import.meta.dirname, '../..');
  expect(packageRoot()).toBe(root);
  expect(findPackage(join(root, 'dist'))).toBe(root);
  expect(() => findPackage('/')).toThrow('no package.json of repro');
});

test('a package.json of another package is passed by', () => {
  const root = packageRoot();
  expect(findPackage(join(root, 'node_modules/zx'))).toBe(root);
});
