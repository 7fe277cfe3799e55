import type { Argv } from 'yargs';
import { componentsThat } from '../components/index.ts';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { matrixOptions } from './options.ts';

const logOptions = (args: Argv) =>
  args.positional('bisection', {
    type: 'string',
    default: 'latest',
    describe: 'Run: its folder, the start of its name, or latest',
  });
export type BisectLogArguments = ArgumentsOf<typeof logOptions>;

const log = defineCommand({
  command: 'log [bisection]',
  describe: 'Print a bisection as a log for `git bisect replay`',
  options: logOptions,
  handler: async (args) => (await import('./bisect.ts')).bisectLog(args),
});

const options = (args: Argv) =>
  matrixOptions(args.positional('scenario', { type: 'string' }))
    .command(log)
    .option('component', {
      choices: componentsThat(({ bisectable }) => bisectable === true),
      requiresArg: true,
      describe: 'Component to bisect',
    })
    .option('good', {
      type: 'string',
      requiresArg: true,
      describe: 'Revision that does not show the symptom',
    })
    .option('bad', { type: 'string', requiresArg: true, describe: 'Revision that shows the symptom' })
    .option('build', {
      type: 'string',
      requiresArg: true,
      describe: 'Build on this host: a shell command, run in a checkout of each revision',
    })
    .option('binary', {
      type: 'string',
      requiresArg: true,
      describe: 'Output of --build: a path in the checkout (default: the name of the component)',
    })
    .option('find-fix', {
      type: 'boolean',
      default: false,
      describe: 'Find the commit that fixed it: --bad is the older revision',
    })
    .option('first-parent', {
      type: 'boolean',
      default: false,
      describe: 'Follow only the first parent of merges',
    })
    .option('path', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Only commits that changed this path (repeatable)',
    })
    .option('skip', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Revision to skip (repeatable)',
    })
    .option('git-log', {
      type: 'string',
      requiresArg: true,
      describe: 'Start from a file with the output of `git bisect log`',
    })
    .option('metric', {
      type: 'string',
      requiresArg: true,
      describe: 'Search by this metric too, such as memory.peak: needs fewer samples than a rare failure',
    })
    .option('confidence', {
      type: 'string',
      requiresArg: true,
      describe: 'Posterior probability of the commit required to stop (default: 95%)',
    })
    .option('max-samples', {
      type: 'number',
      requiresArg: true,
      describe: 'Stop after this many samples (default: 5000)',
    })
    .option('check', {
      type: 'boolean',
      default: false,
      describe: 'At the end, test the good revision with the commit applied and the bad one with it reverted',
    })
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Resume an interrupted bisection: its folder, or latest',
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
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Hide progress' })
    .example(
      '$0 bisect containerd16-cgroupfs --component runc --repo ~/runc --good v1.1.14 --bad v1.1.15',
      'the commit that started it',
    )
    .example('$0 bisect --resume latest', 'after Ctrl-C');
export type BisectArguments = ArgumentsOf<typeof options>;

export const bisect = defineCommand({
  command: 'bisect [scenario]',
  describe: 'Find the commit that broke it or fixed it, even when it fails only sometimes',
  options,
  handler: async (args) => (await import('./bisect.ts')).bisect(args),
});
