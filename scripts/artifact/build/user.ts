/** Whom a build runs as: never the host's root. */
import { readFile } from 'node:fs/promises';
import { ArtifactError } from '../../lib/errors.ts';

/**
 * `own`: repro is root, and the build is a user of the host that owns nothing but what it builds. `mapped`: repro is
 * somebody, whom a user namespace shows to the build as `id`; to the host it stays that somebody.
 */
export interface BuildUser {
  readonly kind: 'own' | 'mapped';
  readonly id: number;
}

/**
 * No user of any host: above the ranges that systemd gives to containers, https://systemd.io/UIDS-GIDS. In a
 * container with few users, one of those that Debian keeps for itself and has never given away.
 */
const IDS = [1_900_000_000, 60_999] as const;

/** What a builder's files say of that user: some scripts ask for its name. */
export const NAMES = {
  passwd: `build:x:${IDS[0]}:${IDS[0]}::/tmp:/bin/sh`,
  group: `build:x:${IDS[0]}:`,
} as const;

/** `maps`: the text of /proc/self/uid_map and gid_map. Throws ArtifactError `builder` for a root with nobody to be. */
export function buildUser(uid: number, maps: readonly string[]): BuildUser {
  if (uid !== 0) return { kind: 'mapped', id: IDS[0] };
  const ranges = maps.map(rangesOf);
  const id = IDS.find((one) =>
    ranges.every((list) => list.some(({ inside, count }) => one >= inside && one < inside + count)),
  );
  if (id !== undefined) return { kind: 'own', id };
  // A root that is somebody else to the host, with nobody beside it: as good as that somebody.
  const isRoot = ranges.some((list) => list.some(({ inside, outside }) => inside === 0 && outside === 0));
  if (!isRoot) return { kind: 'mapped', id: IDS[0] };
  throw new ArtifactError('builder', "builds don't run as root, and there is no other user here", {
    hint: 'run repro as a normal user, or where /proc/self/uid_map has more than one',
  });
}

export async function currentBuildUser(): Promise<BuildUser> {
  const maps = ['uid_map', 'gid_map'].map((name) => readFile(`/proc/self/${name}`, 'utf8'));
  return buildUser(process.getuid?.() ?? 0, await Promise.all(maps));
}

/** user_namespaces(7): inside, outside, count. */
function rangesOf(map: string): { inside: number; outside: number; count: number }[] {
  return map.split('\n').flatMap((line) => {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined) return [];
    return [{ inside, outside, count }];
  });
}
