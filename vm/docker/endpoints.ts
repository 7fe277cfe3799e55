/**
 * Which engines ever made a machine for this user, a small file each: after a crash they are asked for what was left,
 * also where `DOCKER_HOST` says something else by then, and where there is none, no engine is looked for.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../scripts/lib/files.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { recallJson, writeJson } from '../../scripts/lib/json.ts';
import { stateDir } from '../../scripts/lib/paths.ts';

const endpointSchema = z.object({ socket: z.string().startsWith('/') });

const folder = (): string => join(stateDir(), 'docker');

export async function rememberEndpoint(socket: string): Promise<void> {
  await makeFolder(folder());
  await writeJson(join(folder(), `${sha256Text(socket).slice(0, 16)}.json`), { socket }, { mode: 0o600 });
}

export async function knownEndpoints(): Promise<string[]> {
  const names = await readdir(folder()).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => recallJson(join(folder(), name), endpointSchema)),
  );
  return found.flatMap((one) => one?.socket ?? []);
}
