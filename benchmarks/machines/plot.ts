/** The times to a first command as a picture: one bar each, logarithmic, with their spread. Pure. */
import { html } from '../../scripts/report/markup.ts';
import { seconds, spreadOf } from '../statistics.ts';
import type { Column } from './results.ts';

const [WIDTH, LEFT, RIGHT, ROW, TOP] = [760, 250, 680, 40, 40];
const TICKS = [100, 1000, 10_000, 100_000];

export function plot(columns: readonly Column[]): string {
  const [first = 1, last = 1] = [TICKS[0], TICKS.at(-1)];
  const x = (ms: number) => {
    const share = Math.log(Math.max(ms, first) / first) / Math.log(last / first);
    return LEFT + Math.min(1, share) * (RIGHT - LEFT);
  };
  const height = TOP + columns.length * ROW + 10;
  const rows = columns.map(({ title, ms }, at) => {
    const spread = spreadOf(ms.filter((value) => value !== undefined));
    const y = TOP + at * ROW + ROW / 2;
    const name = `<text x="${LEFT - 10}" y="${y}" dy="4" text-anchor="end">${html`${title.replaceAll('`', '')}`.text}</text>`;
    if (spread === undefined)
      return `${name}<text x="${LEFT + 6}" y="${y}" dy="4" fill="#777">not measured</text>`;
    const [low, middle, high] = [spread.min, spread.median, spread.max].map((value) => x(value).toFixed(1));
    return [
      name,
      `<rect x="${LEFT}" y="${y - 9}" width="${(x(spread.median) - LEFT).toFixed(1)}" height="18" fill="${at === 0 ? '#0072b2' : '#999'}"/>`,
      `<line x1="${low}" x2="${high}" y1="${y}" y2="${y}" stroke="#222" stroke-width="2"/>`,
      `<text x="${Number(high ?? middle) + 8}" y="${y}" dy="4">${seconds(spread.median)}</text>`,
    ].join('');
  });
  const grid = TICKS.map((tick) => {
    const at = x(tick).toFixed(1);
    return `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${height - 10}" stroke="#ddd"/><text x="${at}" y="${TOP - 8}" text-anchor="middle" fill="#555">${seconds(tick)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Time to a first command in a new machine, logarithmic</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...grid,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}
