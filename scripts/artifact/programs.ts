/** Where the programs of a component belong in a machine: where Debian's packages have them. */
import { chmod, lstat, mkdir, realpath, rename, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cardOf } from '../components/index.ts';
import { ArtifactError } from '../lib/errors.ts';
import { isBelow } from './within.ts';

/** Where `make install` and hand-made trees put programs. */
const USUAL = ['usr/sbin', 'usr/bin', 'usr/local/sbin', 'usr/local/bin'];

/** Program -> its place below the root; the component is there when its first program is. */
function placesOf(component: string): Readonly<Record<string, string>> {
  return cardOf(component)?.programs ?? {};
}

/** The component's main program by name; undefined for components that are no programs, such as kernels. */
export function mainProgram(component: string): string | undefined {
  return Object.keys(placesOf(component))[0];
}

/** Paths of all programs of a component in a machine, whether or not a build has them. */
export function programPaths(component: string): string[] {
  return Object.values(placesOf(component)).map((place) => `/${place}`);
}

/** Where a program of a component goes, `usr/sbin/runc`; one that isn't known goes to `usr/bin`. */
export function placeOf(component: string, program: string): string {
  const places = placesOf(component);
  const place = Object.hasOwn(places, program) ? places[program] : undefined;
  return place ?? join('usr/bin', program);
}

/**
 * Moves the component's programs in a root from where `make install` puts them to their places, and makes them
 * executable. Links out of the root are not followed. Throws ArtifactError `no-program` when the main one is nowhere,
 * `link` when its place is outside; `what` names the tree in it.
 */
export async function placePrograms(root: string, component: string, what: string): Promise<void> {
  for (const [program, place] of Object.entries(placesOf(component))) {
    const found = await firstOf(root, [...USUAL.map((dir) => join(root, dir, program)), join(root, place)]);
    if (found === undefined) {
      if (program !== mainProgram(component)) continue;
      const where = USUAL.map((dir) => `/${dir}`).join(', ');
      throw new ArtifactError('no-program', `${what} has no program ${program} in ${where}`);
    }
    const to = join(root, place);
    await mkdir(dirname(to), { recursive: true });
    if (!(await isInside(root, to)))
      throw new ArtifactError('link', `in ${what}, /${dirname(place)} is a link`);
    if (found !== to) await rename(found, to);
    await chmod(to, 0o755);
    const link = cardOf(component)?.links?.[place];
    if (link === undefined || (await lstat(join(root, link)).catch(() => undefined)) !== undefined) continue;
    await mkdir(dirname(join(root, link)), { recursive: true });
    if (!(await isInside(root, join(root, link)))) continue;
    await symlink(relative(dirname(link), place), join(root, link));
  }
}

/** The first of them that is there as a file, neither a link nor behind one that leaves the root. */
async function firstOf(root: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile() && (await isInside(root, path))) return path;
  }
  return undefined;
}

async function isInside(root: string, path: string): Promise<boolean> {
  return isBelow(await realpath(root), await realpath(dirname(path)));
}
