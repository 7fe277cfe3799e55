/** Options that several commands have. */
import type { Argv } from 'yargs';
import { PROVIDER_KINDS, PROVIDERS } from '../../vm/providers.ts';
import type { ArgumentsOf } from './command.ts';

const EXPOSING = PROVIDERS.filter(({ exposes }) => exposes !== undefined).map(({ kind }) => kind);

export const ALLOW_NETWORK = {
  type: 'boolean',
  default: false,
  describe: 'Allow the network access that the scenario asks for, without a prompt',
} as const;

/** Of the commands that boot machines. */
export const PROVIDER = {
  type: 'string',
  requiresArg: true,
  describe: `Provider of machines, overrides the scenario: ${PROVIDER_KINDS.join(', ')}`,
} as const;

export const ALLOW_PROVIDER = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: `Allow scenarios to choose this provider, which is not a sandbox: ${EXPOSING.join(', ')} (repeatable)`,
} as const;

/** Of the commands that choose cells. */
export function matrixOptions<T>(args: Argv<T>) {
  return args
    .option('filter', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Run only these cells: axis=value, or a cell id (repeatable)',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Replace the values of an axis: axis=value[,value] (repeatable)',
    })
    .option('repo', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Repository for git: versions: [component=]<URL or folder> (repeatable)',
    })
    .option('provider', PROVIDER)
    .option('offline', { type: 'boolean', default: false, describe: 'Use only the cache, no network' })
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
      describe: 'Resume an interrupted run: its folder, or latest',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: `Print ${kind}.json instead of the summary`,
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Hide progress' });
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
      describe: `${what.candidate}: the same forms`,
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      describe: 'Seed of the random order (default: current time)',
    });
}
