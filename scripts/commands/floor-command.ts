import type { Argv } from 'yargs';
import { DEFAULT_OPTIONS } from '../floor/defaults.ts';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { answerOptions } from './options.ts';

const options = (args: Argv) =>
  answerOptions('floor', args)
    .option('rate', {
      type: 'string',
      requiresArg: true,
      describe: `Reliable is what fails in fewer starts than this (default: ${DEFAULT_OPTIONS.rate})`,
    })
    .option('confidence', {
      type: 'string',
      requiresArg: true,
      describe: `How sure the floor and its interval must be (default: ${DEFAULT_OPTIONS.confidence})`,
    })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: `The smallest limit to try (default: ${DEFAULT_OPTIONS.from})`,
    })
    .option('to', {
      type: 'string',
      requiresArg: true,
      describe: `The largest limit to try (default: ${DEFAULT_OPTIONS.to})`,
    })
    .option('step', {
      type: 'string',
      requiresArg: true,
      describe: `Between two limits (default: ${DEFAULT_OPTIONS.step})`,
    })
    .option('samples', {
      type: 'number',
      requiresArg: true,
      describe: `The most samples per case; a plain answer takes fewer (default: ${DEFAULT_OPTIONS.samples})`,
    })
    .example('$0 floor mitigations-4427 --filter cgroupDriver=cgroupfs', 'how much each runc needs')
    .example('$0 floor mitigations-4427 --filter runc=1.1.15 --rate 1%', 'more samples, a stricter floor');
export type FloorArguments = ArgumentsOf<typeof options>;

export const floor = defineCommand({
  command: 'floor [scenario]',
  describe: 'Find the smallest memory limit at which it starts reliably, in every cell',
  options,
  handler: async (args) => (await import('./floor.ts')).floor(args),
});
