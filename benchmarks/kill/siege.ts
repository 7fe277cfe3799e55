/** One verb, killed at random moments and gone on with, until so many kills have hit it. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Draw } from '../../scripts/lib/random.ts';
import { say } from '../lab.ts';
import { outcomeOf } from './ended.ts';
import { compareSamples, type Samples, samplesIn } from './evidence.ts';
import { leftovers } from './leftovers.ts';
import type { Verb } from './verbs.ts';
import type { Ended, World } from './world.ts';

export interface Toll {
  readonly verb: string;
  kills: number;
  /** Of these, before there was anything that one could go on with. */
  beforeAnything: number;
  /** Times that it got to its end. */
  answers: number;
  /** Samples that were on disk when it was killed, kill by kill. */
  finished: number;
  readonly lost: string[];
  readonly doubled: string[];
  readonly leftovers: string[];
  /** What else went wrong. */
  readonly faults: string[];
}

export interface SiegeOrder {
  readonly verb: Verb;
  readonly world: World;
  readonly kills: number;
  readonly draw: Draw;
  readonly signal: AbortSignal;
}

/** One kill of so many falls into the first second. */
const EARLY = 5;
/** One run of so many begins without the layers and packages that it had, and with what it builds to be built again. */
const STRIPPED = 2;
/** One run of so many begins without a snapshot. */
const COLD = 8;

export async function siege(order: SiegeOrder): Promise<Toll> {
  const { verb, world, kills, draw, signal } = order;
  const toll: Toll = {
    verb: verb.name,
    kills: 0,
    beforeAnything: 0,
    answers: 0,
    finished: 0,
    lost: [],
    doubled: [],
    leftovers: [],
    faults: [],
  };
  const { planned, lasts } = await rehearse(order, toll);
  for (let round = 1; toll.kills < kills && !signal.aborted; round++) {
    const dir = world.at(`${verb.name}-${round}`);
    await strip(world, draw);
    let before: Samples = new Map();
    // Where a kill left no new sample, the next one may come later: what was to be made takes longer than the rest.
    let most = lasts;
    for (let over = false; !over && !signal.aborted; ) {
      const moment = draw(EARLY) === 0 ? draw(1000) : draw(most);
      const last = toll.kills >= kills;
      const ended = await endedOrKilled(order, dir, last ? undefined : moment);
      const now = samplesIn(dir);
      count(toll, dir, before, now);
      if (now.size <= before.size) most += Math.round(lasts / 2);
      before = now;
      if (ended !== undefined) {
        conclude(toll, { verb, dir, planned, ended });
        over = true;
      } else if (last) {
        if (!signal.aborted) toll.faults.push(`${dir} was ended by a signal that is not ours`);
        over = true;
      } else {
        toll.kills += 1;
        toll.finished += now.size;
        if (!existsSync(join(dir, verb.request))) toll.beforeAnything += 1;
        say(`${verb.name} ${toll.kills} of ${kills}: killed after ${moment} ms, ${now.size} samples`);
      }
      // Every other one is gone on with as it is: what was left behind is the next command's to see to.
      if (over || draw(2) === 0) await reap(world, toll);
    }
    await rm(dir, { recursive: true, force: true });
  }
  return toll;
}

/** Without a kill: what it takes, in samples and in milliseconds; once more where it made what wasn't in the cache. */
async function rehearse(order: SiegeOrder, toll: Toll) {
  const { verb, world } = order;
  for (let times = 1; ; times++) {
    const dir = world.at(`${verb.name}-unkilled`);
    const made = await entriesOf(world);
    const began = performance.now();
    const ended = await endedOrKilled(order, dir, undefined);
    const lasts = Math.round(performance.now() - began);
    if (ended === undefined) throw new Error(`${verb.name} was ended by a signal`);
    const planned = conclude(toll, { verb, dir, planned: undefined, ended });
    await rm(dir, { recursive: true, force: true });
    say(`${verb.name} without a kill: ${lasts} ms, ${planned.length} samples`);
    if (times === 1 && (await entriesOf(world)) !== made) continue;
    toll.answers = 0;
    return { planned: verb.fixed ? planned : undefined, lasts };
  }
}

/** The entries of the cache, as one text. */
async function entriesOf({ cache }: World): Promise<string> {
  const kinds = (await readdir(cache)).filter((name) => !name.startsWith('.')).sort();
  const names = await Promise.all(kinds.map((kind) => readdir(join(cache, kind)).catch(() => [])));
  return names.flat().sort().join(' ');
}

/** Begins it, or goes on with it. `moment`: milliseconds after which it is killed. Undefined when it was. */
async function endedOrKilled(
  { verb, world, signal }: SiegeOrder,
  dir: string,
  moment: number | undefined,
): Promise<Ended | undefined> {
  const isBegun = existsSync(join(dir, verb.request));
  const args = isBegun ? [verb.name, '--resume', dir] : [verb.name, ...verb.args, '--out', dir];
  const running = world.start([...args, '--quiet']);
  const stop = new AbortController();
  const abort = () => running.kill();
  signal.addEventListener('abort', abort, { once: true });
  if (moment !== undefined)
    wait(moment, undefined, { signal: stop.signal }).then(
      () => running.kill(),
      () => undefined,
    );
  const ended = await running.ended;
  stop.abort();
  signal.removeEventListener('abort', abort);
  return ended.code === undefined ? undefined : ended;
}

function count(toll: Toll, dir: string, before: Samples, now: Samples): void {
  const { lost, doubled } = compareSamples(before, now);
  toll.lost.push(...lost.map((name) => `${dir} ${name}`));
  toll.doubled.push(...doubled.map((name) => `${dir} ${name}`));
}

interface Ending {
  readonly verb: Verb;
  readonly dir: string;
  /** Names of the samples that it must have; undefined where they are not known beforehand. */
  readonly planned: readonly string[] | undefined;
  readonly ended: Ended;
}

/** Returns the names of the samples that count. */
function conclude(toll: Toll, { verb, dir, planned, ended }: Ending): readonly string[] {
  toll.answers += 1;
  if (ended.code !== verb.code) {
    toll.faults.push(
      `${verb.name} ended with ${ended.code}, not ${verb.code}: ${ended.said.trim().slice(-1500)}`,
    );
    if (ended.code === 2) return [];
  }
  const { lost, doubled, faults, names } = outcomeOf(dir, planned);
  toll.lost.push(...lost.map((name) => `${dir} at its end ${name}`));
  toll.doubled.push(...doubled.map((name) => `${dir} at its end ${name}`));
  toll.faults.push(...faults.map((fault) => `${dir} ${fault}`));
  return names;
}

async function reap(world: World, toll: Toll): Promise<void> {
  const { code, said } = await world.start(['reap']).ended;
  if (code !== 0) toll.faults.push(`reap ended with ${code}: ${said.trim()}`);
  for (const one of await leftovers(world)) toll.leftovers.push(`${toll.verb}, kill ${toll.kills}: ${one}`);
}

/** Takes parts out of the cache, so that kills fall into their making, too. */
async function strip({ cache }: World, draw: Draw): Promise<void> {
  const kinds = [
    ...(draw(STRIPPED) === 0 ? ['deb', 'layer', 'build'] : []),
    ...(draw(COLD) === 0 ? ['snapshot'] : []),
  ];
  for (const kind of kinds) {
    const entries = await readdir(join(cache, kind)).catch(() => []);
    // What is in the making is for `reap` to take away.
    for (const name of entries.filter((entry) => !/^\.|\.lock$/.test(entry)))
      await rm(join(cache, kind, name), { recursive: true, force: true });
  }
}
