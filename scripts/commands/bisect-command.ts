import type { Argv } from 'yargs';
import { componentsThat } from '../components/index.ts';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { matrixOptions } from './options.ts';

const logOptions = (args: Argv) =>
  args.positional('bisection', {
    type: 'string',
    default: 'latest',
    describe: 'Folder, beginning of its name, or latest',
  });
export type BisectLogArguments = ArgumentsOf<typeof logOptions>;

const log = defineCommand({
  command: 'log [bisection]',
  describe: 'Print a bisection as a log that `git bisect replay` reads',
  options: logOptions,
  handler: async (args) => (await import('./bisect.ts')).bisectLog(args),
});

const options = (args: Argv) =>
  matrixOptions(args.positional('scenario', { type: 'string' }))
    .command(log)
    .option('component', {
      choices: componentsThat(({ bisectable }) => bisectable === true),
      requiresArg: true,
      describe: 'Whose commits',
    })
    .option('good', { type: 'string', requiresArg: true, describe: 'A revision without the symptom' })
    .option('bad', { type: 'string', requiresArg: true, describe: 'A revision with it' })
    .option('build', {
      type: 'string',
      requiresArg: true,
      describe: 'Build on this host: a command for a shell, run in a checkout of each revision',
    })
    .option('binary', {
      type: 'string',
      requiresArg: true,
      describe: 'What --build makes, a path in the checkout (default: the name of the component)',
    })
    .option('find-fix', {
      type: 'boolean',
      default: false,
      describe: 'Bad is the older one: find the first good commit',
    })
    .option('first-parent', {
      type: 'boolean',
      default: false,
      describe: 'Follow the first parent of merges alone',
    })
    .option('path', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Only commits that changed this (may be repeated)',
    })
    .option('skip', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'A revision that is not to be tested (may be repeated)',
    })
    .option('git-log', {
      type: 'string',
      requiresArg: true,
      describe: 'Go on from a file with the output of `git bisect log`',
    })
    .option('metric', {
      type: 'string',
      requiresArg: true,
      describe: 'Also search by this metric, such as memory.peak: takes fewer samples than a rare failure',
    })
    .option('confidence', {
      type: 'string',
      requiresArg: true,
      describe: 'How sure it must be of the commit (default: 95%)',
    })
    .option('max-samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Give up after so many (default: 5000)',
    })
    .option('check', {
      type: 'boolean',
      default: false,
      describe: 'At the end, apply the commit to the old end and revert it on the new one, and test both',
    })
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Go on with an interrupted bisection: its folder, or latest',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the bisection (default: repro-runs/<time>-bisect-<scenario>)',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print bisect.json instead of the summary',
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' })
    .example(
      '$0 bisect containerd16-cgroupfs --component runc --repo ~/runc --good v1.1.14 --bad v1.1.15',
      'the commit that started it',
    )
    .example('$0 bisect --resume latest', 'after Ctrl-C');
export type BisectArguments = ArgumentsOf<typeof options>;

export const bisect = defineCommand({
  command: 'bisect [scenario]',
  describe: 'Find the commit that made it fail, or mended it, also where it fails only now and then',
  options,
  handler: async (args) => (await import('./bisect.ts')).bisect(args),
});
