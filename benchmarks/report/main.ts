/**
 * `npm run bench:report`: what reports of many cells and samples cost, format by format, and what a run pays for
 * writing its report as each cell ends. Writes the tables of `docs/performance.md`. Each size runs in a process of
 * its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { parseReport, renderJson } from '../../scripts/report/json.ts';
import { formats } from '../../scripts/report/render.ts';
import { ReportWriter } from '../../scripts/report/writer.ts';
import { table } from '../machines/page.ts';
import { largeReport, type Size } from './large.ts';

const SIZES: readonly Size[] = [
  { cells: 24, samples: 20 },
  { cells: 2000, samples: 10 },
  { cells: 20_000, samples: 10 },
  { cells: 1, samples: 200_000 },
];
const WRITES: readonly Size[] = [
  { cells: 200, samples: 10 },
  { cells: 2000, samples: 10 },
  { cells: 20_000, samples: 10 },
];
const PAGE = join(packageRoot(), 'docs/performance.md');
const [BEGIN, END] = ['<!-- reports: written by `npm run bench:report` -->', '<!-- end of reports -->'];

const [what, cells, samples] = process.argv.slice(2);
if (what === 'render')
  process.stdout.write(JSON.stringify(render({ cells: Number(cells), samples: Number(samples) })));
else if (what === 'write')
  process.stdout.write(JSON.stringify(await write({ cells: Number(cells), samples: Number(samples) })));
else publish();

interface Cost {
  readonly name: string;
  readonly seconds: number;
  readonly mb: number;
}

function timed(name: string, work: () => string): Cost {
  const began = performance.now();
  const text = work();
  return { name, seconds: (performance.now() - began) / 1000, mb: text.length / 1e6 };
}

function render(size: Size): { costs: Cost[]; rss: number } {
  const report = largeReport(size);
  const json = renderJson(report);
  const costs = [
    timed('json', () => renderJson(report)),
    timed('reading it', () => {
      parseReport(json, 'report.json');
      return json;
    }),
    ...(['terminal', 'html', 'markdown', 'junit'] as const).map((format) =>
      timed(format, () => formats[format](report, { color: false, width: 120 })),
    ),
  ];
  return { costs, rss: process.resourceUsage().maxRSS * 1024 };
}

/** A run whose cells end one after the other, at once: the report is written as it would be. */
async function write(size: Size): Promise<{ seconds: number; writes: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'repro-bench-report-'));
  try {
    const report = largeReport(size);
    const writer = new ReportWriter(dir);
    const began = performance.now();
    for (let ended = 1; ended <= size.cells; ended++) {
      await writer.save(() => ({ ...report, cells: report.cells.slice(0, ended) }));
    }
    await writer.finish(() => report);
    return { seconds: (performance.now() - began) / 1000, writes: writer.writes };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function apart<T>(kind: string, size: Size): T {
  const script = fileURLToPath(import.meta.url);
  const args = ['--import', 'tsx', script, kind, String(size.cells), String(size.samples)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${kind} ${size.cells} × ${size.samples}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as T;
}

function publish(): void {
  const renders = SIZES.map((size) => ({ size, ...apart<ReturnType<typeof render>>('render', size) }));
  const writes = WRITES.map((size) => ({ size, ...apart<Awaited<ReturnType<typeof write>>>('write', size) }));
  const names = renders[0]?.costs.map(({ name }) => name) ?? [];
  const sized = ({ cells: of, samples: each }: Size) =>
    `${of.toLocaleString('en')} × ${each.toLocaleString('en')}`;
  const rendered = table(
    ['cells × samples', ...names, 'memory'],
    renders.map(({ size, costs, rss }) => [
      sized(size),
      ...costs.map(({ seconds, mb }) => `${seconds.toFixed(2)} s (${mb.toFixed(1)} MB)`),
      `${Math.round(rss / 2 ** 20)} MiB`,
    ]),
  );
  const written = table(
    ['cells × samples', 'reports written', 'time in all'],
    writes.map(({ size, seconds, writes: count }) => [sized(size), String(count), `${seconds.toFixed(1)} s`]),
  );
  const text = `${BEGIN}\n\n${rendered}\n\n${written}\n\n${END}`;
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  process.stdout.write(`${text}\n`);
  if (start >= 0 && end > start)
    writeFileSync(PAGE, page.slice(0, start) + text + page.slice(end + END.length));
}
