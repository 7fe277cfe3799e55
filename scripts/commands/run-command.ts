import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { matrixOptions } from './options.ts';

const options = (args: Argv) =>
  matrixOptions(args.positional('scenario', { type: 'string', array: true, default: [] as string[] }))
    .option('samples', {
      type: 'string',
      requiresArg: true,
      coerce: (text: string): number | 'auto' => (text === 'auto' ? text : Number(text)),
      describe: 'Samples per case, overrides the scenario; auto: until the verdict is settled',
    })
    .option('jobs', {
      alias: 'j',
      type: 'number',
      requiresArg: true,
      describe: 'Number of cells to run in parallel (default: by cores and memory of this host)',
    })
    .option('keep', {
      type: 'boolean',
      default: false,
      describe: 'Keep the machines running, for `repro shell`',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the run (default: repro-runs/<time>-<scenario>)',
    })
    .option('resume', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Resume an interrupted run: its folder, or latest (repeatable)',
    })
    .option('as-changed', {
      type: 'boolean',
      default: false,
      describe: 'With --resume: accept a changed scenario; changed cells start over',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print report.json instead of the summary',
    })
    .option('watch', {
      type: 'boolean',
      default: false,
      describe: 'Run again when a file of a path: version changes',
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Hide progress' })
    .example('$0 run containerd16-cgroupfs', 'the question that started it')
    .example('$0 run oom-4427 --filter cgroupDriver=systemd --samples 20', 'one part of a grid, more samples')
    .example('$0 run smoke --set runc=deb:forky', 'another build of a component')
    .example('$0 run smoke --set runc=path:./runc --watch', 'your own, again after each make')
    .example('$0 run smoke --set runc=git:v1.1.15-614ce12f0 --repo ~/runc', 'a tag without a commit')
    .example('$0 run oom-4427 mitigations-4427', 'two questions at once, their cells side by side');
export type RunArguments = ArgumentsOf<typeof options>;

export const run = defineCommand({
  command: 'run [scenario..]',
  describe: 'Run scenarios and report which cells fail',
  options,
  handler: async (args) => (await import('./run.ts')).run(args),
});
