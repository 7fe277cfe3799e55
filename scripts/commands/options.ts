/** Options that several commands have. */
import type { Argv } from 'yargs';
import { PROVIDER_KINDS, PROVIDERS } from '../../vm/providers.ts';
import type { ArgumentsOf } from './command.ts';

const EXPOSING = PROVIDERS.filter(({ exposes }) => exposes !== undefined).map(({ kind }) => kind);

export const ALLOW_NETWORK = {
  type: 'boolean',
  default: false,
  describe: 'Let machines reach what the scenario asks for, without being asked',
} as const;

/** Of the commands that boot machines. */
export const PROVIDER = {
  type: 'string',
  requiresArg: true,
  describe: `Where machines come from, instead of what the scenario says: ${PROVIDER_KINDS.join(', ')}`,
} as const;

export const ALLOW_PROVIDER = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: `Let scenarios choose this kind of machines, which is no sandbox: ${EXPOSING.join(', ')} (may be repeated)`,
} as const;

/** Of the commands that choose cells. */
export function matrixOptions<T>(args: Argv<T>) {
  return args
    .option('filter', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Only these cells: axis=value, or a cell id (may be repeated)',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Other values for an axis: axis=value[,value] (may be repeated)',
    })
    .option('repo', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Repository of git: revisions: [component=]<address or folder> (may be repeated)',
    })
    .option('provider', PROVIDER)
    .option('offline', { type: 'boolean', default: false, describe: 'Use the cache alone' })
    .option('allow-network', ALLOW_NETWORK)
    .option('allow-provider', ALLOW_PROVIDER);
}

/** Of the commands that run one scenario's cells, and write `<kind>.json` and a summary. */
export function answerOptions(kind: string, args: Argv) {
  return matrixOptions(args.positional('scenario', { type: 'string' }))
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: `Folder for the run (default: repro-runs/<time>-${kind}-<scenario>)`,
    })
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Go on with an interrupted run: its folder, or latest',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: `Print ${kind}.json instead of the summary`,
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' });
}
export type AnswerArguments = ArgumentsOf<typeof answerOptions>;

/** Of those that compare two builds. */
export function armOptions(
  kind: string,
  args: Argv,
  what: { readonly baseline: string; readonly candidate: string },
) {
  return answerOptions(kind, args)
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: `${what.baseline}: axis=value[,axis=value], or a version of runc`,
    })
    .option('candidate', {
      type: 'string',
      requiresArg: true,
      describe: `${what.candidate}, likewise`,
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      describe: 'Of the random order (default: the time)',
    });
}
