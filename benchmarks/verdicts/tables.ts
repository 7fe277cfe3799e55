/** The results as Markdown. */
import { clopperPearson } from '../../scripts/verdict/statistics.ts';
import { LONGEST, RATES } from './intervals.ts';
import { METRIC_BUDGET, percent, type Results, SIZES, type Upgrade } from './simulate.ts';
import { BUDGET } from './verify.ts';

export function tables(results: Results): string {
  return [
    intervals(results),
    differences(results),
    auto(results),
    upgrades(results),
    metrics(results),
    isolated(results),
  ].join('\n\n');
}

function intervals({ fixed, sequence, peeked }: Results): string {
  const of = (all: Results['fixed']) => all.map(({ missed }) => percent(missed, 1));
  const rows = SIZES.map((n) => [`exact, ${n} samples`, ...of(fixed.filter((one) => one.n === n))]);
  return [
    '**Intervals of a rate.** How often a 95% interval misses the true rate (columns), at most 5% being claimed. Exact sums, nothing is drawn.',
    table(
      ['', ...RATES.map((rate) => percent(rate))],
      [
        ...rows,
        [`confidence sequence, looked at after each of ${LONGEST} samples`, ...of(sequence)],
        ['*the exact one, looked at as often: why it is not used for that*', ...of(peeked)],
      ],
    ),
  ].join('\n\n');
}

function differences({ difference }: Results): string {
  const rows = difference.map(({ n, missed, rate, other }) => [
    `${n} and ${n}`,
    percent(missed, 1),
    `${percent(rate)} and ${percent(other)}`,
  ]);
  return [
    '**Interval of a difference of rates.** How often it misses at the worst pair of rates, 5% being claimed. Exact sums over all tables.',
    table(['samples', 'misses', 'worst at'], rows),
  ].join('\n\n');
}

function auto({ auto: all }: Results): string {
  const rows = all.map(({ rate, good, bad, inconclusive, mean, most }) => [
    percent(rate),
    ...[good, bad, inconclusive].map((chance) => percent(chance, 1)),
    mean.toFixed(1),
    String(most),
  ]);
  return [
    '**`samples: auto` with `rate: 5%`.** *Good* may be said in at most 5% of runs where the true rate is 5% or more. Exact sums over all paths, by the rule that runs use.',
    table(['true rate', 'good', 'bad', 'inconclusive', 'samples, mean', 'in 9 of 10 runs at most'], rows),
  ].join('\n\n');
}

const CLAIMS: Readonly<Record<Upgrade['kind'], string>> = {
  same: 'no difference: *regressed* is wrong',
  worst: 'as much worse as is tolerated: *safe* is wrong',
  worse: 'worse than tolerated: *safe* is wrong',
};

function upgradeRow({ from, to, kind, outcomes }: Upgrade): string[] {
  const { counts, runs, mean, most } = outcomes;
  const share = (count: number, wrong: boolean) =>
    wrong
      ? `**${percent(count / runs, 1)}** (≤ ${percent(clopperPearson(count, runs).high, 1)})`
      : percent(count / runs, 1);
  return [
    `${from} → ${to}`,
    CLAIMS[kind],
    share(counts.safe, kind !== 'same'),
    share(counts.regressed, kind === 'same'),
    percent(counts.inconclusive / runs, 1),
    mean.toFixed(1),
    most.toFixed(0),
  ];
}

const UPGRADE_HEADER = ['', 'truth', 'safe', 'regressed', 'inconclusive', 'pairs, mean', 'in 9 of 10'];

function upgrades({ failures }: Results): string {
  const runs = failures[0]?.outcomes.runs;
  return [
    `**\`repro verify\`, failures.** ${runs} simulated upgrades a row, up to ${BUDGET} pairs, 10 points tolerated. In bold what would be a wrong claim, with the upper end of its interval: at most 5%.`,
    table(UPGRADE_HEADER, failures.map(upgradeRow)),
  ].join('\n\n');
}

function metrics({ metrics: all }: Results): string {
  const runs = all[0]?.outcomes.runs;
  const rows = all.map((one) => upgradeRow({ ...one, from: one.from, to: one.to }));
  return [
    `**\`repro verify\`, memory and time.** ${runs} simulated upgrades a row, up to ${METRIC_BUDGET} pairs, 1 MiB and 20% tolerated; skewed peaks around 3.8 MiB, times that vary by 15%.`,
    table(UPGRADE_HEADER, rows),
  ].join('\n\n');
}

function isolated({ isolated: all }: Results): string {
  const rows = all.map(({ kind, runs, answered, wrong, wronglyCleared, right, machines, samples, most }) => [
    kind.name,
    percent(answered / runs, 1),
    `**${percent(wrong / runs, 1)}** (≤ ${percent(clopperPearson(wrong, runs).high, 1)})`,
    `**${percent(wronglyCleared / runs, 1)}**`,
    kind.idle.length === kind.axes ? '' : percent(right / runs, 1),
    machines.toFixed(1),
    most.toFixed(0),
    samples.toFixed(0),
  ]);
  const runs = all[0]?.runs;
  return [
    `**\`repro isolate\`.** ${runs} searches a row, of three axes or five, 8 samples a cell and up to 32. *Wrong*: an axis was named that makes no difference anywhere, or one was cleared that makes all of it; each at most 5%.`,
    table(
      [
        'what is true',
        'answered',
        'wrongly named',
        'wrongly cleared',
        'all right',
        'machines, mean',
        'in 9 of 10',
        'samples',
      ],
      rows,
    ),
  ].join('\n\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}
