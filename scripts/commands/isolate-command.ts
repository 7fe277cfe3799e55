import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { answerOptions } from './options.ts';

const options = (args: Argv) =>
  answerOptions('isolate', args)
    .option('fail', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'The failing cell: its id, or axis=value,… (default: the first that is expected to be bad)',
    })
    .option('pass', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'The passing cell (default: of those expected to be good the one that differs most)',
    })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Samples per case in each cell, at first (default: 8)',
    })
    .option('max-samples', {
      type: 'number',
      requiresArg: true,
      describe: 'The most of them, where an axis is neither named nor cleared yet (default: 32)',
    })
    .option('jobs', { alias: 'j', type: 'number', requiresArg: true, describe: 'Cells side by side' })
    .example(
      '$0 isolate oom-4427 --fail runc=1.1.15,containerd=1.6,cgroupDriver=cgroupfs,cgroup=v2 --pass runc=1.1.5,containerd=1.7,cgroupDriver=systemd,cgroup=v2',
      'three axes that had moved together',
    );
export type IsolateArguments = ArgumentsOf<typeof options>;

export const isolate = defineCommand({
  command: 'isolate [scenario]',
  describe: 'Find the axes that make a failure, between a cell that fails and one that passes',
  options,
  handler: async (args) => (await import('./isolate.ts')).isolate(args),
});
