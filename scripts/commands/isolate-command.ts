import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { answerOptions } from './options.ts';

const options = (args: Argv) =>
  answerOptions('isolate', args)
    .option('fail', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Failing cell: its id, or axis=value,… (default: the first that is expected to be bad)',
    })
    .option('pass', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Passing cell (default: the one that differs most, of those expected to be good)',
    })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Samples per case in each cell, in the first round (default: 8)',
    })
    .option('max-samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Maximum samples per case, while an axis is neither named nor cleared (default: 32)',
    })
    .option('jobs', {
      alias: 'j',
      type: 'number',
      requiresArg: true,
      describe: 'Number of cells to run in parallel',
    })
    .example(
      '$0 isolate oom-4427 --fail runc=1.1.15,containerd=1.6,cgroupDriver=cgroupfs,cgroup=v2 --pass runc=1.1.5,containerd=1.7,cgroupDriver=systemd,cgroup=v2',
      'three axes that had moved together',
    );
export type IsolateArguments = ArgumentsOf<typeof options>;

export const isolate = defineCommand({
  command: 'isolate [scenario]',
  describe: 'Find the axes that cause a failure, between a failing and a passing cell',
  options,
  handler: async (args) => (await import('./isolate.ts')).isolate(args),
});
