/**
 * A process that makes and uses entries of a cache: `user.ts <cache> <log> <rounds>`. Each round opens ten entries
 * and reads their files, late, as a run does. Prints `ok`, or what went wrong.
 */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, fileOf } from '../../scripts/artifact/cache.ts';

const [root = '', log = '', rounds = '1'] = process.argv.slice(2);
const { signal } = new AbortController();

for (let round = 0; round < Number(rounds); round++) {
  // Each is like another run: nothing is known of what was there.
  const cache = new Cache(root);
  const names = Array.from({ length: 10 }, (_, n) => `thing-${n}`);
  const entries = await Promise.all(
    names.map((name) =>
      cache.entry(
        {
          kind: 'layer',
          name,
          inputs: [name],
          network: false,
          make: async (dir) => {
            await appendFile(log, `${name}\n`);
            await sleep(5);
            await writeFile(join(dir, 'data'), name);
          },
        },
        signal,
      ),
    ),
  );
  await sleep(20);
  for (const [at, entry] of entries.entries()) {
    const text = await readFile(fileOf(entry, 'data').path, 'utf8');
    if (text !== names[at]) throw new Error(`${names[at]} holds ${text}`);
  }
}
process.stdout.write('ok');
