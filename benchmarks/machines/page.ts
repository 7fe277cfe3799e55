/** The generated part of `docs/performance.md`. Pure. */
import { digits, ratios, seconds, spreadOf, spreadText } from '../statistics.ts';
import { goalsOf } from './goals.ts';
import type { Results } from './results.ts';

export function page(results: Results): string {
  return [
    `Measured on ${results.host}; load average when it began: ${results.load}. Median (min–max).`,
    table(
      ['goal', 'wanted', 'measured', ''],
      goalsOf(results).map(({ what, goal, measured, reached }) => [
        ...[what, goal, measured],
        reached === undefined ? '–' : reached ? 'reached' : '**not reached**',
      ]),
    ),
    '### To a first command',
    `${Math.max(0, ...results.columns.map(({ ms }) => ms.length))} rounds, in each all of them one after another.`,
    columns(results),
    '### A whole run',
    '`repro run containerd16-cgroupfs --jobs 1`, warm: 2 cells, 24 samples.',
    table(
      ['wall time', 'guests at work', 'orchestration'],
      results.whole.map(({ wallMs, guestMs }) => [
        seconds(wallMs),
        seconds(guestMs),
        `${seconds(wallMs - guestMs)} (${digits((100 * (wallMs - guestMs)) / wallMs)}%)`,
      ]),
    ),
    '### The same work by hand',
    `${results.byHand[0]?.samples ?? 'Several'} containers, started in turn in one new machine: by \`repro run smoke\`, from the command to ` +
      'its report; and by QEMU from a shell script that boots the same kernel, disks and layers to the same commands, ' +
      'without systemd, prints what they leave on its console, and powers off.',
    table(
      ['`repro run smoke`', 'plain QEMU', 'repro / plain'],
      results.byHand.map(({ reproMs, plainMs }) => [
        ...[seconds(reproMs), seconds(plainMs)],
        `${digits(reproMs / plainMs)}×`,
      ]),
    ),
    '### From one cell to many',
    `\`repro run smoke --samples 5\` with as many memory limits, ${results.cores} cores.`,
    table(
      [
        'cells',
        'wall time',
        'a cell',
        'guests at work',
        'wall time / (guests at work / cores)',
        'host memory',
      ],
      results.growth.map(({ cells, wallMs, guestMs, memory }) => [
        ...[String(cells), seconds(wallMs), seconds(wallMs / cells), seconds(guestMs)],
        digits(wallMs / (guestMs / results.cores)),
        `${digits(memory / 1024 ** 2)} MiB`,
      ]),
    ),
  ].join('\n\n');
}

function columns(results: Results): string {
  const warm = results.columns.find(({ id }) => id === 'warm')?.ms ?? [];
  return table(
    ['', 'time', 'of a restore'],
    results.columns.map(({ title, ms, trouble }) => {
      const spread = spreadOf(ms.filter((value) => value !== undefined));
      if (spread === undefined) return [title, `not measured: ${trouble ?? 'no rounds'}`, ''];
      const ratio = spreadOf(ratios(ms, warm));
      const failed = trouble === undefined ? '' : `; a round failed: ${trouble}`;
      return [
        title,
        `${spreadText(spread, seconds)}${failed}`,
        ratio ? `${spreadText(ratio, digits)} ×` : '',
      ];
    }),
  );
}

/** Markdown; a bar in a cell would end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const BEGIN = '<!-- figures: written by `npm run bench:machines` -->';
export const END = '<!-- end of figures -->';

/** The page with its generated part replaced. Throws when it has no place for it. */
export function withFigures(text: string, figures: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no place for the figures');
  return `${text.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${text.slice(end)}`;
}
