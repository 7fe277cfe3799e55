/**
 * `npm run bench:machines`: how long a new machine takes to a first command, ours and others', side by side in
 * interleaved rounds; what a whole run costs beside its guests' work; how time and memory grow with cells. Writes
 * the figures and the plot of `docs/performance.md`.
 *
 * `--quick`: one round, up to 4 cells. `--rounds N` (default 5), `--whole N` (default 2): whole runs.
 * `--dry`: print the figures and write nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCache } from '../../scripts/commands/wiring.ts';
import { messageOf } from '../../scripts/lib/errors.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { thisHost } from '../../scripts/runner/host-load.ts';
import { Lab, say } from '../lab.ts';
import { byHand, firstCommand, growth, memoryEach, wholeRun } from './ours.ts';
import { page, withFigures } from './page.ts';
import { plot } from './plot.ts';
import type { Column, Results } from './results.ts';
import { VagrantSession, vagrantRoot } from './vagrant.ts';
import { virtmeOnce, virtmeRoot } from './virtme.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    whole: { type: 'string', default: '2' },
  },
});
const rounds = values.quick ? 1 : count(values.rounds);
const wholeRuns = values.quick ? 1 : count(values.whole);
const sizes = values.quick ? [1, 2, 4] : [1, 2, 4, 8, 16, 32];
/** Containers that a run and plain QEMU start in turn. */
const SAMPLES = 12;
/** Machines at a time, to ask each for its memory. */
const MACHINES = 4;

interface Contender {
  readonly id: string;
  readonly title: string;
  readonly once: (round: number) => Promise<number>;
}

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
const { signal } = interrupt;
const load = loadavg()[0]?.toFixed(1) ?? '?';

await using lab = await Lab.open('smoke', [], signal);
const capabilities = await lab.provider.probe(lab.ready.kernel, signal);
const cores = thisHost.cores;
const host =
  `${cpus()[0]?.model.trim()}, ${cores} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Linux ${release()}, ` +
  `QEMU ${capabilities?.version} under ${capabilities?.accelerator}; guests with 2 CPUs and Linux ${lab.ready.kernel.release}`;
let results: Results = { host, load, cores, columns: [], whole: [], byHand: [], memory: [], growth: [] };
// What was measured is written as it comes: a bench that is cut short leaves what it has.
const rivals = await prepareRivals();
try {
  add({ columns: await race(rivals) });
} finally {
  for (const end of rivals.ends) await end();
}
add({ memory: await memoryEach(lab, MACHINES, signal) });
for (let n = 1; n <= wholeRuns; n++) add({ whole: [...results.whole, await wholeRun(lab, signal)] });
for (let n = 1; n <= wholeRuns; n++)
  add({ byHand: [...results.byHand, await byHand(lab, `hand${n}`, SAMPLES, signal)] });
for (const cells of sizes) add({ growth: [...results.growth, await growth(lab, cells, signal)] });
process.stdout.write(`${page(results)}\n`);

function add(part: Partial<Results>): void {
  say(JSON.stringify(part));
  results = { ...results, ...part };
  if (values.dry) return;
  const file = join(packageRoot(), 'docs', 'performance.md');
  const figures = `${page(results)}\n\n![Time to a first command](performance.svg)`;
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), figures));
  writeFileSync(join(packageRoot(), 'docs', 'performance.svg'), plot(results.columns));
}

interface Rivals {
  readonly contenders: Contender[];
  /** Those that this host can't have. */
  readonly absent: Column[];
  readonly ends: (() => Promise<void>)[];
}

/** Other tools, with all that is made once. */
async function prepareRivals(): Promise<Rivals> {
  const rivals: Rivals = { contenders: [], absent: [], ends: [] };
  const cache = openCache({ notice: say });
  const prepare = async (id: string, title: string, once: () => Promise<Contender['once']>) => {
    say(`making what ${id} needs, unless it is there`);
    await once().then(
      (ready) => rivals.contenders.push({ id, title, once: ready }),
      (error) => {
        rivals.absent.push({ id, title, ms: [], trouble: shorten(error) });
        say(`${id} is left out: ${messageOf(error)}`);
      },
    );
  };
  await prepare('vng', '`vng --run … -- uname -r`', async () => {
    const root = await virtmeRoot(cache, signal);
    return () => virtmeOnce(root, lab.ready.kernel.release, signal);
  });
  await prepare('vagrant', '`vagrant up`', async () => {
    const session = await VagrantSession.open(await vagrantRoot(cache, signal), signal);
    rivals.ends.push(() => session[Symbol.asyncDispose]());
    return () => session.up();
  });
  return rivals;
}

/** All contenders, round by round, so that what else the host does meets all of them. */
async function race(rivals: Rivals): Promise<Column[]> {
  const contenders: Contender[] = [
    { id: 'warm', title: 'restored', once: (round) => firstCommand(lab, `warm${round}`, false, signal) },
    {
      id: 'cold',
      title: 'our own cold boot',
      once: (round) => firstCommand(lab, `cold${round}`, true, signal),
    },
    ...rivals.contenders,
  ];
  const ms = new Map<string, (number | undefined)[]>(contenders.map(({ id }) => [id, []]));
  const troubles = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    for (const { id, once } of contenders) {
      signal.throwIfAborted();
      const took = await once(round).catch((error) => {
        troubles.set(id, shorten(error));
        return undefined;
      });
      ms.get(id)?.push(took);
      say(`round ${round} of ${rounds}: ${id} ${took === undefined ? troubles.get(id) : Math.round(took)}`);
    }
  }
  return [
    ...contenders.map(({ id, title }) => ({
      id,
      title,
      ms: ms.get(id) ?? [],
      trouble: troubles.get(id),
    })),
    ...rivals.absent,
  ];
}

function shorten(error: unknown): string {
  return messageOf(error).replaceAll(/\s+/g, ' ').slice(0, 200);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`'${text}' is no number of rounds`);
  return value;
}
