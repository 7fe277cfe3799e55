/**
 * Small SVG plots without a library. Positions along a value are percentages of the width and heights are
 * pixels, so that a plot fits any screen and its dots stay round.
 */
import { largest } from '../lib/numbers.ts';
import { formatValue, scaleFor } from '../lib/units.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import { memoryLimitOf } from './describe.ts';
import { type Html, html } from './markup.ts';
import { spread } from './pairs.ts';
import type { Series } from './series.ts';
import { plural } from './text.ts';
import { formatSpread, summarise } from './units.ts';

/** From 0 to `max`, in the metric's unit, with round values to mark. */
export interface PlotScale {
  readonly unit: string;
  readonly max: number;
  readonly ticks: readonly number[];
}

const HEIGHT = 40;
const MIDDLE = HEIGHT / 2;
const BOX = 22;
/** Per cent left free at both ends, for dots at the ends and their ring. */
const MARGIN = 2;
const MAX_TICKS = 5;
/** Dots of one strip; the box is of all values. */
const MOST_DOTS = 300;
const ROUND_STEPS = [1, 2, 5, 10];
/** What is smaller is nothing on a scale, and its fifth part may be no number any more. */
const LEAST = 1e-300;

/** A memory limit beyond twice the largest value stays off the scale: it would press the values together. */
export function scaleOf(values: readonly number[], limits: readonly number[], unit: string): PlotScale {
  const most = Math.max(0, largest(values));
  const all = Math.max(most, largest(limits.filter((limit) => limit <= 2 * most)));
  const max = all < LEAST ? 1 : all;
  const { factor } = scaleFor(unit, max);
  const rough = max / factor / MAX_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (ROUND_STEPS.find((round) => round * power >= rough) ?? 10) * power * factor;
  const ticks = Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, at) => at * step);
  return { unit, max, ticks };
}

const x = (value: number, { max }: PlotScale): string => {
  const share = Math.min(1, Math.max(0, value / max));
  return `${Number((MARGIN + share * (100 - 2 * MARGIN)).toFixed(3))}%`;
};

/** Labels of a scale, to stand above or below its plots. */
export function axisSvg(scale: PlotScale, title: string): Html {
  const { factor, unit } = scaleFor(scale.unit, scale.max);
  const labels = scale.ticks.map((tick) => {
    const label = tick === 0 ? '0' : `${Number((tick / factor).toPrecision(6))} ${unit}`.trim();
    const anchor = tick / scale.max > 0.94 ? 'end' : tick === 0 ? 'start' : 'middle';
    const at = anchor === 'end' ? '100%' : anchor === 'start' ? '0' : x(tick, scale);
    return html`<text x="${at}" y="12" text-anchor="${anchor}">${label}</text>`;
  });
  return svg('axis', 18, title, labels);
}

/**
 * A strip plot of one series of one cell: a dot per sample (a ring for a good one, filled for a bad one), a box
 * over the middle half with the median, and the memory limit as a dashed line.
 */
export function stripSvg(cell: ReportCell, series: Series, scale: PlotScale, label: string): Html {
  const { points, values } = series;
  const limit = limitOn(cell, scale);
  const title = [
    `${label}: ${series.metric} of ${plural(values.length, 'sample')}`,
    `min–median–max ${formatSpread(values, scale.unit)}`,
    ...(limit === undefined ? [] : [`memory limit ${formatValue(limit, scale.unit)}`]),
  ].join(', ');
  return svg('strip', HEIGHT, title, [
    ...scale.ticks.map((tick) => vertical('tick', tick, scale, [0, HEIGHT])),
    ...(limit !== undefined && limit <= scale.max ? [vertical('limit', limit, scale, [0, HEIGHT])] : []),
    ...box(values, scale),
    ...spread(points, MOST_DOTS).map(({ sample, value }, at) => dot(sample, value, at, scale)),
  ]);
}

/** The memory limit of a cell, where the plot is of bytes. */
export function limitOn(cell: ReportCell, scale: Pick<PlotScale, 'unit'>): number | undefined {
  return scale.unit === 'bytes' ? memoryLimitOf(cell) : undefined;
}

function box(values: readonly number[], scale: PlotScale): Html[] {
  const summary = summarise(values);
  if (summary === undefined || values.length < 3) return [];
  const { min, q1, median, q3, max } = summary;
  const width = `${Number((((q3 - q1) / scale.max) * (100 - 2 * MARGIN)).toFixed(3))}%`;
  const top = MIDDLE - BOX / 2;
  return [
    html`<line class="whisker" x1="${x(min, scale)}" x2="${x(max, scale)}" y1="${MIDDLE}" y2="${MIDDLE}"/>`,
    html`<rect class="box" x="${x(q1, scale)}" y="${top}" width="${width}" height="${BOX}" rx="2"/>`,
    vertical('median', median, scale, [top, top + BOX]),
  ];
}

/** Dots are spread over the height in a fixed order, so that equal values don't hide each other. */
function dot(sample: ReportSample, value: number, at: number, scale: PlotScale): Html {
  const y = MIDDLE + (((at * 5) % 9) - 4) * 2.5;
  const title = `${sample.id}: ${formatValue(value, scale.unit)}, ${sample.judged}`;
  return html`<circle class="point ${sample.judged}" cx="${x(value, scale)}" cy="${y}" r="4"><title>${title}</title></circle>`;
}

function vertical(
  name: string,
  value: number,
  scale: PlotScale,
  [from, to]: readonly [number, number],
): Html {
  const at = x(value, scale);
  return html`<line class="${name}" x1="${at}" x2="${at}" y1="${from}" y2="${to}"/>`;
}

function svg(name: string, height: number, title: string, body: readonly Html[]): Html {
  return html`<svg class="${name}" role="img" aria-label="${title}" width="100%" height="${height}"><title>${title}</title>${body}</svg>`;
}
