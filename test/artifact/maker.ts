/** A process of its own that wants an entry of the cache: `maker.ts <cache> <log>`. Prints the file's digest. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cache, fileOf } from '../../scripts/artifact/cache.ts';

const [root = '', log = ''] = process.argv.slice(2);
const make = async (dir: string) => {
  await appendFile(log, `made by ${process.pid}\n`);
  // Long enough for the other to come to the same point.
  await sleep(500);
  await writeFile(join(dir, 'data'), 'content');
};
const spec = { kind: 'deb', name: 'thing-1.0', inputs: ['digest'], network: true, make };
const entry = await new Cache(root).entry(spec, new AbortController().signal);
process.stdout.write(fileOf(entry, 'data').sha256);
