/**
 * `npm run fuzz [-- --runs 10000 --kind <kind> --seed <n> --path <path>]`: many inputs of each kind, each kind in a
 * process of its own. Prints a table; exit code 1 where an input made a crash or a hang, or took too much memory. Such
 * inputs are kept in `--out`, with how to make them again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import type { FuzzKind } from './kind.ts';
import type { Failure, Result } from './limits.ts';

/** MiB that V8 may have for objects: it collects what is garbage instead of growing, and ends where all of it is in use. */
const HEAP = 160;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    kind: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    out: { type: 'string', default: 'fuzz-failures' },
    // Seconds after which an input that doesn't come to an end is given up, whatever the host does beside.
    patience: { type: 'string', default: '30' },
    kinds: { type: 'string', default: join(import.meta.dirname, 'kinds.ts') },
  },
});

const { kinds } = (await import(values.kinds)) as { readonly kinds: readonly FuzzKind[] };
const names = kinds.map(({ name }) => name);
const unknown = values.kind.filter((one) => !names.includes(one));
if (unknown.length > 0 || !/^[1-9]\d*$/.test(values.runs) || !/^\d+$/.test(values.seed)) {
  process.stderr.write(`kinds: ${names.join(', ')}; --runs and --seed are whole numbers\n`);
  process.exit(2);
}

const patience = Number(values.patience) * 1_000;
const COLUMNS = ['kind', 'inputs', 'failures', 'slowest', 'memory'] as const;
const row = (cells: readonly string[]) =>
  `${cells.map((cell, at) => (at === 0 ? cell.padEnd(18) : cell.padStart(10))).join('')}\n`;
process.stdout.write(row(COLUMNS));
let failed = false;
for (const kind of kinds.filter(({ name }) => values.kind.length === 0 || values.kind.includes(name))) {
  const { name } = kind;
  const { inputs, slowest, peak, failures } = await fuzzApart(kind);
  process.stdout.write(
    row([name, `${inputs}`, `${failures.length}`, `${Math.round(slowest)} ms`, `${peak} MiB`]),
  );
  for (const [at, failure] of failures.entries()) tell(name, at + 1, failure);
  failed ||= failures.length > 0;
}
process.exitCode = failed ? 1 : 0;

/** In a process that may be ended. */
async function fuzzApart({ name, inputs: arbitrary }: FuzzKind): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'repro-fuzz-'));
  const progress = join(dir, 'progress');
  const place = () => (existsSync(progress) ? readFileSync(progress, 'utf8').trim() : '');
  const child = spawn(
    process.execPath,
    [
      ...[`--max-old-space-size=${HEAP}`, '--import', 'tsx', join(import.meta.dirname, 'child.ts')],
      ...[values.kinds, name, values.runs, values.seed, progress, values.path ?? ''],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: dir } },
  );
  let [said, wrong] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    wrong = (wrong + text).slice(-4_000);
  });
  let [here, since] = [place(), Date.now()];
  const watch = setInterval(() => {
    if (here !== place()) [here, since] = [place(), Date.now()];
    else if (here !== '' && Date.now() - since > patience) child.kill('SIGKILL');
  }, 500);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  try {
    if (code === 0) return JSON.parse(said);
    const [seed = values.seed, path = '0'] = place().split(' ');
    const [input] = fc.sample(arbitrary, { seed: Number(seed), path, numRuns: 1 });
    const error = code === null ? `hang: no end after ${values.patience} s` : `the process ended: ${wrong}`;
    return {
      inputs: Number.parseInt(path, 10) + 1,
      slowest: code === null ? patience : 0,
      peak: 0,
      failures: [{ seed: Number(seed), path, input: fc.stringify(input), error }],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Keeps an input that failed, and says where it is. */
function tell(name: string, number: number, { seed, path, input, error }: Failure): void {
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `${name}-${number}.txt`);
  const again = `npm run fuzz -- --kind ${name} --seed ${seed} --path ${path}`;
  writeFileSync(file, `${again}\n\n${error}\n\n${input}\n`);
  const [first = ''] = error.split('\n');
  process.stdout.write(`  ${first.slice(0, 200)}\n  ${file}\n`);
}
