/**
 * `npm run bench:verdicts`: how often verdicts are wrong and what they cost, by the code that reaches them; writes the
 * tables and the picture of `docs/verdicts.md`. `--scale 0.1` draws a tenth. The same numbers every time.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { plot } from './plot.ts';
import { simulate } from './simulate.ts';
import { tables } from './tables.ts';

const BEGIN = '<!-- simulation: written by `npm run bench:verdicts` -->';
const END = '<!-- end of simulation -->';

const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } });
const scale = Number(values.scale);
if (!(scale > 0)) throw new Error('--scale must be a number above 0');

const results = simulate(scale, (line) => process.stderr.write(`${line}\n`));
const text = tables(results);
process.stdout.write(`${text}\n`);
const page = join(packageRoot(), 'docs', 'verdicts.md');
const old = readFileSync(page, 'utf8');
const [begin, end] = [old.indexOf(BEGIN), old.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`${page} has no place for the tables`);
writeFileSync(page, `${old.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${old.slice(end)}`);
writeFileSync(join(packageRoot(), 'docs', 'verdicts-simulation.svg'), plot(results));
