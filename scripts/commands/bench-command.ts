import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { armOptions } from './options.ts';

const options = (args: Argv) =>
  armOptions('bench', args, {
    baseline: 'What it is compared with',
    candidate: 'What may be slower',
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
      describe: 'How much slower still counts as no slower (default: 10%)',
    })
    .example('$0 bench start-latency --baseline 1.1.5 --candidate 1.1.15', 'what the copy costs');
export type BenchArguments = ArgumentsOf<typeof options>;

export const bench = defineCommand({
  command: 'bench [scenario]',
  describe: 'Tell whether something became slower: two builds timed side by side, and one against itself',
  options,
  handler: async (args) => (await import('./bench.ts')).bench(args),
});
