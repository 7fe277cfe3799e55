/** The results as a picture: how often each method is right, and what it costs. */
import { METHODS } from './methods.ts';
import { RATES, type Result } from './simulate.ts';
import { ratesName, totalOf } from './tables.ts';

/** Colours of Okabe and Ito, told apart by people who don't see all of them, too. */
const COLOURS = ['#0072b2', '#999999', '#e69f00', '#d55e00', '#56b4e9', '#009e73', '#cc79a7'];

interface Panel {
  readonly title: string;
  readonly left: number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
  /** 0 at the bottom, 1 at the top. */
  readonly scale: (value: number) => number;
  readonly value: (method: string, rates: readonly [number, number]) => number;
}

const [WIDTH, HEIGHT] = [960, 470];
const [TOP, BOTTOM, PANEL] = [48, 330, 385];

export function plot(results: readonly Result[]): string {
  const right: Panel = {
    title: 'right commit named',
    left: 70,
    ticks: [0, 0.25, 0.5, 0.75, 0.95],
    label: (value) => `${Math.round(100 * value)}%`,
    scale: (value) => value,
    value: (method, rates) => {
      const total = totalOf(results, method, rates);
      return total.right / total.histories;
    },
  };
  const cost: Panel = {
    title: 'minutes (logarithmic)',
    left: 545,
    ticks: [2, 5, 10, 20, 40],
    label: String,
    scale: (value) => Math.log(value / 2) / Math.log(20),
    value: (method, rates) => totalOf(results, method, rates).minutes,
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<title>repro bisect and other methods on made-up histories</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...[right, cost].flatMap(drawPanel),
    ...legend(),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(panel: Panel): string[] {
  const { title, left, ticks, label, scale, value } = panel;
  const x = (index: number) => left + 30 + (index * (PANEL - 60)) / (RATES.length - 1);
  const y = (rate: number) => BOTTOM - Math.max(0, Math.min(1.02, scale(rate))) * (BOTTOM - TOP);
  const grid = ticks.map((tick) => {
    const [at, dash] = [
      y(tick).toFixed(1),
      tick === 0.95 ? ' stroke-dasharray="5 3" stroke-width="1.5"' : '',
    ];
    const colour = tick === 0.95 ? '#444' : '#ddd';
    return (
      `<line x1="${left}" x2="${left + PANEL}" y1="${at}" y2="${at}" stroke="${colour}"${dash}/>` +
      `<text x="${left - 8}" y="${at}" dy="4" text-anchor="end">${label(tick)}</text>`
    );
  });
  const names = RATES.map(
    (rates, index) =>
      `<text x="${x(index).toFixed(1)}" y="${BOTTOM + 22}" text-anchor="middle">${ratesName(rates)}</text>`,
  );
  const lines = Object.keys(METHODS).map((method, which) => {
    const points = RATES.map(
      (rates, index) => [x(index).toFixed(1), y(value(method, rates)).toFixed(1)] as const,
    );
    const [colour, wide] = [COLOURS[which], which === 0 ? 3 : 1.5];
    return [
      `<g stroke="${colour}" fill="${colour}"><title>${method}</title>`,
      `<polyline fill="none" stroke-width="${wide}" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
      ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${which === 0 ? 4.5 : 3}"/>`),
      '</g>',
    ].join('');
  });
  const heading = `<text x="${left}" y="24" font-size="14" font-weight="bold">${title}</text>`;
  const axis = `<text x="${left + PANEL / 2}" y="${BOTTOM + 44}" text-anchor="middle" fill="#555">rate of failures before → after the culprit</text>`;
  // The first method is drawn last, on top.
  return [heading, ...grid, ...names, axis, ...lines.reverse()];
}

function legend(): string[] {
  return Object.keys(METHODS).map((method, which) => {
    const [left, top] = [70 + (which % 4) * 225, BOTTOM + 76 + Math.floor(which / 4) * 24];
    return (
      `<circle cx="${left + 6}" cy="${top - 4}" r="5" fill="${COLOURS[which]}"/>` +
      `<text x="${left + 18}" y="${top}"${which === 0 ? ' font-weight="bold"' : ''}>${method}</text>`
    );
  });
}
