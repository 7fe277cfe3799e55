/** Where things are: the cache, what outlives a run, and this package itself. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** An XDG base directory. The XDG specification says that relative values are to be ignored. */
function xdg(value: string | undefined, fallback: string): string {
  return value !== undefined && isAbsolute(value) ? value : join(homedir(), fallback);
}

/** Downloads, layers, images, kernels: `REPRO_CACHE`, else `$XDG_CACHE_HOME/repro`, else `~/.cache/repro`. */
export function cacheDir(env: Environment = process.env): string {
  return env.REPRO_CACHE ? resolve(env.REPRO_CACHE) : join(xdg(env.XDG_CACHE_HOME, '.cache'), 'repro');
}

/** What `repro reap` and a resumed run need to know of earlier sessions: `$XDG_STATE_HOME/repro`. */
export function stateDir(env: Environment = process.env): string {
  return join(xdg(env.XDG_STATE_HOME, '.local/state'), 'repro');
}

let root: string | undefined;

/** The folder with this package's `package.json`, whether this code runs from its sources or bundled. */
export function packageRoot(): string {
  root ??= findPackage(dirname(fileURLToPath(import.meta.url)));
  return root;
}

/** The nearest folder, from `start` up, whose `package.json` is that of `repro`. */
export function findPackage(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    const manifest = join(dir, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'repro') return dir;
    if (dir === dirname(dir)) throw new Error(`no package.json of repro above ${start}`);
  }
}

/** Folders whose paths are short enough for sockets in them, the best first; they need not be there. */
export function runtimeDirs(env: Environment = process.env): string[] {
  return [env.XDG_RUNTIME_DIR ?? '', '/tmp', '/var/tmp', '/dev/shm'].filter((dir) => isAbsolute(dir));
}
