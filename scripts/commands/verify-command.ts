import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { armOptions } from './options.ts';

const options = (args: Argv) =>
  armOptions('verify', args, {
    baseline: 'What runs now',
    candidate: 'What it would be upgraded to',
  })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe: 'The most pairs of samples per case; a plain answer takes fewer (default: 48)',
    })
    .option('tolerate', {
      type: 'string',
      requiresArg: true,
      describe: 'How much worse is still safe (default: failures=10%,memory=1Mi,time=20%)',
    })
    .option('floor', {
      type: 'boolean',
      default: false,
      describe: 'Compare the smallest memory limits at which both start reliably, too; takes minutes more',
    })
    .example('$0 verify mitigations-4427 --baseline 1.1.5 --candidate 1.1.15', 'the update that started it')
    .example(
      '$0 verify oom-4427 --baseline containerd=1.6 --candidate containerd=1.7 --filter cgroup=v2',
      'another component, in a part of the grid',
    );
export type VerifyArguments = ArgumentsOf<typeof options>;

export const verify = defineCommand({
  command: 'verify [scenario]',
  describe: 'Tell whether an upgrade is safe: baseline and candidate side by side, sample by sample',
  options,
  handler: async (args) => (await import('./verify.ts')).verify(args),
});
