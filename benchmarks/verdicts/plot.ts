/** The results as a picture: how often a wrong claim is made, and what `samples: auto` takes. */
import { percent, type Results } from './simulate.ts';

/** Colours of Okabe and Ito, told apart by people who don't see all of them, too. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const [WIDTH, HEIGHT, TOP, BOTTOM, PANEL] = [960, 420, 48, 330, 370];

interface Line {
  readonly name: string;
  /** Rate, value. */
  readonly points: readonly (readonly [number, number])[];
}

interface Panel {
  readonly title: string;
  readonly left: number;
  readonly most: number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
  /** What is claimed; drawn across. */
  readonly claim?: number;
  readonly lines: readonly Line[];
}

export function plot(results: Results): string {
  const wrong = results.failures.filter(({ kind }) => kind !== 'worse');
  const rateOf = (text: string) => Number.parseFloat(text) / 100;
  const errors: Panel = {
    title: 'wrong claims, at most 5%',
    left: 70,
    most: 0.08,
    claim: 0.05,
    ticks: [0, 0.02, 0.04, 0.05, 0.08],
    label: (value) => percent(value),
    lines: [
      {
        name: 'interval misses (sequence)',
        points: results.sequence.map(({ rate, missed }) => [rate, missed]),
      },
      {
        name: 'good though the rate is ≥ 5%',
        points: results.auto.flatMap(({ rate, good }) => (rate >= 0.05 ? [[rate, good] as const] : [])),
      },
      {
        name: 'regressed though nothing changed',
        points: wrong.flatMap(({ kind, from, outcomes: { counts, runs } }) =>
          kind === 'same' ? [[rateOf(from), counts.regressed / runs] as const] : [],
        ),
      },
      {
        name: 'safe though 10 points worse',
        points: wrong.flatMap(({ kind, from, outcomes: { counts, runs } }) =>
          kind === 'worst' ? [[rateOf(from), counts.safe / runs] as const] : [],
        ),
      },
    ],
  };
  const taken: Panel = {
    title: 'samples that samples: auto takes (rate: 5%)',
    left: 540,
    most: 80,
    ticks: [0, 20, 40, 60, 71],
    label: String,
    lines: [
      { name: 'mean', points: results.auto.map(({ rate, mean }) => [rate, mean]) },
      { name: 'in nine of ten runs at most', points: results.auto.map(({ rate, most }) => [rate, most]) },
    ],
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<title>How often verdicts are wrong, and what they cost</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...[errors, taken].flatMap(drawPanel),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, left, most, ticks, label, claim, lines }: Panel): string[] {
  // Small rates are what matters: the axis is that of square roots.
  const x = (rate: number) => (left + Math.sqrt(rate) * PANEL).toFixed(1);
  const y = (value: number) => (BOTTOM - Math.min(1, value / most) * (BOTTOM - TOP)).toFixed(1);
  return [
    `<text x="${left}" y="26" font-size="14" font-weight="bold">${title}</text>`,
    ...ticks.map((tick) => {
      const style =
        tick === claim ? 'stroke="#444" stroke-dasharray="5 3" stroke-width="1.5"' : 'stroke="#ddd"';
      return (
        `<line x1="${left}" x2="${left + PANEL}" y1="${y(tick)}" y2="${y(tick)}" ${style}/>` +
        `<text x="${left - 8}" y="${y(tick)}" dy="4" text-anchor="end">${label(tick)}</text>`
      );
    }),
    ...[0, 0.01, 0.05, 0.1, 0.2, 0.5, 1].map(
      (rate) => `<text x="${x(rate)}" y="${BOTTOM + 18}" text-anchor="middle">${percent(rate)}</text>`,
    ),
    `<text x="${left + PANEL / 2}" y="${BOTTOM + 36}" text-anchor="middle" fill="#555">true rate</text>`,
    ...lines.map(({ name, points }, which) => {
      const [colour, [row, column]] = [COLOURS[which], [Math.floor(which / 2), which % 2]];
      const [textX, textY] = [left + column * 225, BOTTOM + 60 + row * 20];
      return [
        `<g stroke="${colour}" fill="${colour}"><title>${name}</title>`,
        `<polyline fill="none" stroke-width="2" points="${points.map(([rate, value]) => `${x(rate)},${y(value)}`).join(' ')}"/>`,
        ...points.map(([rate, value]) => `<circle cx="${x(rate)}" cy="${y(value)}" r="3"/>`),
        `<circle cx="${textX + 5}" cy="${textY - 4}" r="4"/></g>`,
        `<text x="${textX + 15}" y="${textY}">${name}</text>`,
      ].join('');
    }),
  ];
}
