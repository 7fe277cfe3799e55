/** The results as Markdown. */
import { clopperPearson } from '../../scripts/verdict/statistics.ts';
import { METHODS } from './methods.ts';
import { RATES, type Result, SHAPES } from './simulate.ts';

/** Sums over the shapes of history. */
export interface Total {
  readonly histories: number;
  readonly right: number;
  readonly builds: number;
  readonly samples: number;
  readonly minutes: number;
}

export function totalOf(
  results: readonly Result[],
  method: string,
  rates?: readonly [number, number],
): Total {
  const chosen = results.filter(
    (one) =>
      one.method === method && (rates === undefined || (one.old === rates[0] && one.recent === rates[1])),
  );
  const sum = (value: (one: Result) => number) => chosen.reduce((total, one) => total + value(one), 0);
  const histories = sum((one) => one.histories);
  const mean = (value: (one: Result) => number) => sum((one) => one.histories * value(one)) / histories;
  return {
    histories,
    right: sum((one) => one.right),
    builds: mean((one) => one.builds),
    samples: mean((one) => one.samples),
    minutes: mean((one) => one.minutes),
  };
}

export function ratesName([old, recent]: readonly [number, number]): string {
  return `${percent(old)} → ${percent(recent)}`;
}

export function tables(results: readonly Result[]): string {
  return [overall(results), rightTable(results), costTable(results), shapeTable(results)].join('\n\n');
}

function overall(results: readonly Result[]): string {
  const { histories, right } = totalOf(results, 'repro bisect');
  const { low, high } = clopperPearson(right, histories);
  const claims = results.filter((one) => one.method === 'repro bisect');
  const claimed = claims.reduce((sum, one) => sum + (one.claimed ?? 0), 0) / claims.length;
  return (
    `\`repro bisect\` named the right commit in ${right} of ${histories} histories, ${percent(right / histories, 1)} ` +
    `(95% interval ${percent(low, 1)} to ${percent(high, 1)}). It was asked for 95% and claimed ${percent(claimed, 1)} ` +
    'on average.'
  );
}

function rightTable(results: readonly Result[]): string {
  const row = (method: string) =>
    RATES.map((rates) => {
      const { right, histories } = totalOf(results, method, rates);
      return percent(right / histories, 1);
    });
  return `Histories in which the right commit was named:\n\n${markdown('', row)}`;
}

function costTable(results: readonly Result[]): string {
  const row = (method: string) =>
    RATES.map((rates) => {
      const { builds, samples, minutes } = totalOf(results, method, rates);
      return `${builds.toFixed(1)} / ${samples.toFixed(0)} / ${minutes.toFixed(1)}`;
    });
  return `What it took, as builds / samples / minutes:\n\n${markdown('', row)}`;
}

function shapeTable(results: readonly Result[]): string {
  const lines = Object.keys(SHAPES).map((shape) => {
    const cells = RATES.map(([old, recent]) => {
      const one = results.find(
        (result) =>
          result.method === 'repro bisect' &&
          result.shape === shape &&
          result.old === old &&
          result.recent === recent,
      );
      if (one === undefined) return '';
      return `${percent(one.right / one.histories, 1)} (${percent(one.claimed ?? 0, 1)})`;
    });
    return `| ${shape} | ${cells.join(' | ')} |`;
  });
  return [
    '`repro bisect` by shape of history: named the right commit (and claimed):',
    '',
    ...heading('history'),
    ...lines,
  ].join('\n');
}

function markdown(corner: string, row: (method: string) => readonly string[]): string {
  const lines = Object.keys(METHODS).map((method) => `| ${method} | ${row(method).join(' | ')} |`);
  return [...heading(corner), ...lines].join('\n');
}

function heading(corner: string): string[] {
  return [
    `| ${corner} | ${RATES.map(ratesName).join(' | ')} |`,
    `| --- |${RATES.map(() => ' --: |').join('')}`,
  ];
}

function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)}%`;
}
