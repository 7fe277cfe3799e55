/**
 * Has a machine, says so, and waits to be killed: `orphan.ts <kind> <file of its MachineSpec as JSON>`. What it leaves
 * behind is for `reap` to find.
 */
import { readFileSync } from 'node:fs';
import { Cache } from '../../scripts/artifact/cache.ts';
import { cacheDir } from '../../scripts/lib/paths.ts';
import { makeProvider } from '../../vm/providers.ts';

const [kind = '', file = ''] = process.argv.slice(2);
const provider = await makeProvider(kind, new Cache(cacheDir()));
const machine = await provider.allocate(JSON.parse(readFileSync(file, 'utf8')), new AbortController().signal);
process.stdout.write(`${(await machine.exec(['echo', 'there'])).stdout}\n`);
setInterval(() => undefined, 60_000);
