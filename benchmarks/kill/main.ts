/**
 * `npm run stress:kill`: kills `repro` with SIGKILL at random moments while it answers, on real machines, and goes on
 * with it: no sample may be lost or counted twice, and nothing be left after `repro reap`. Exit code 1 on any.
 *
 * `--kills N` (default 100) over all verbs; `--verb NAME` (may be given again): of these alone; `--seed N` (default:
 * the time) of the moments; `--cache DIR`: where artifacts are kept from one time to the next (default: none).
 */
import { parseArgs } from 'node:util';
import { seeded } from '../../scripts/lib/random.ts';
import { siege, type Toll } from './siege.ts';
import { isClean, table } from './table.ts';
import { VERBS, writeQuestions } from './verbs.ts';
import { World } from './world.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    verb: { type: 'string', multiple: true, default: VERBS.map(({ name }) => name) },
    cache: { type: 'string' },
  },
});
const kills = wholeNumber('kills', values.kills);
const seed = wholeNumber('seed', values.seed);
const verbs = values.verb.map((wanted) => {
  const verb = VERBS.find(({ name }) => name === wanted);
  if (verb === undefined)
    throw new Error(`--verb must be one of ${VERBS.map(({ name }) => name).join(', ')}`);
  return verb;
});

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
const { signal } = interrupt;

await using world = await World.open(values.cache);
await writeQuestions(world.root);
const tolls: Toll[] = [];
for (const [at, verb] of verbs.entries()) {
  if (signal.aborted) break;
  const share = Math.floor(kills / verbs.length) + (at < kills % verbs.length ? 1 : 0);
  tolls.push(await siege({ verb, world, kills: share, draw: seeded(seed + at), signal }));
  process.stderr.write(table(tolls));
}
process.stdout.write(`seed ${seed}\n${table(tolls)}`);
process.exitCode = isClean(tolls) && !signal.aborted ? 0 : 1;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`);
  return number;
}
