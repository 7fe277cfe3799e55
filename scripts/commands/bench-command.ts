import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { armOptions } from './options.ts';

const options = (args: Argv) =>
  armOptions('bench', args, {
    baseline: 'Build to compare with',
    candidate: 'Build that may be slower',
  })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe:
        'Rounds that count; in each, every case runs once on each of the three machines (default: 12)',
    })
    .option('tolerate', {
      type: 'string',
      requiresArg: true,
      describe: 'Slowdown that is tolerated (default: 10%)',
    })
    .example('$0 bench start-latency --baseline 1.1.5 --candidate 1.1.15', 'what the copy costs');
export type BenchArguments = ArgumentsOf<typeof options>;

export const bench = defineCommand({
  command: 'bench [scenario]',
  describe: 'Compare the speed of two builds side by side, with an A/A control',
  options,
  handler: async (args) => (await import('./bench.ts')).bench(args),
});
