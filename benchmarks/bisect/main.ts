/**
 * `npm run bench:bisect`: runs every method on made-up histories and writes the tables and the picture of
 * `docs/bisect.md`. `--histories N` for fewer or more of each kind (default 200). The same numbers every time.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { plot } from './plot.ts';
import { simulate } from './simulate.ts';
import { tables } from './tables.ts';

const BEGIN = '<!-- simulation: written by `npm run bench:bisect` -->';
const END = '<!-- end of simulation -->';

const { values } = parseArgs({ options: { histories: { type: 'string', default: '200' } } });
const histories = Number(values.histories);
if (!Number.isInteger(histories) || histories < 1)
  throw new Error('--histories must be a whole number, 1 or more');

const results = simulate(histories, (line) => process.stderr.write(`${line}\n`));
const page = join(packageRoot(), 'docs', 'bisect.md');
const text = readFileSync(page, 'utf8');
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`${page} has no place for the tables`);
writeFileSync(page, `${text.slice(0, begin + BEGIN.length)}\n\n${tables(results)}\n\n${text.slice(end)}`);
writeFileSync(join(packageRoot(), 'docs', 'bisect-simulation.svg'), plot(results));
