import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { armOptions } from './options.ts';

const options = (args: Argv) =>
  armOptions('verify', args, {
    baseline: 'Build that runs now',
    candidate: 'Build to upgrade to',
  })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Maximum pairs of samples per case; a clear answer takes fewer (default: 48)',
    })
    .option('tolerate', {
      type: 'string',
      requiresArg: true,
      describe: 'Change that is tolerated (default: failures=10%,memory=1Mi,time=20%)',
    })
    .option('floor', {
      type: 'boolean',
      default: false,
      describe: 'Also compare the memory floors of both; takes some minutes more',
    })
    .example('$0 verify mitigations-4427 --baseline 1.1.5 --candidate 1.1.15', 'the update that started it')
    .example(
      '$0 verify oom-4427 --baseline containerd=1.6 --candidate containerd=1.7 --filter cgroup=v2',
      'another component, in a part of the grid',
    );
export type VerifyArguments = ArgumentsOf<typeof options>;

export const verify = defineCommand({
  command: 'verify [scenario]',
  describe: 'Check whether an upgrade is safe: baseline and candidate side by side, in pairs of samples',
  options,
  handler: async (args) => (await import('./verify.ts')).verify(args),
});
