import type { Argv } from 'yargs';
import { FORMATS, type Format } from '../report/formats.ts';
import { type ArgumentsOf, defineCommand } from './command.ts';

const options = (args: Argv) =>
  args
    .positional('run', {
      type: 'string',
      default: 'latest',
      describe: 'Run: its folder, the start of its name, or latest',
    })
    .option('format', {
      alias: 'f',
      choices: FORMATS.map(({ name }) => name),
      default: 'terminal' as Format,
      describe: 'Format',
    })
    .option('out', { alias: 'o', type: 'string', describe: 'Write to this file instead of stdout' })
    .example('$0 report latest -f markdown', 'for an issue comment')
    .example('$0 report latest -f junit -o junit.xml', 'for a CI');
export type ReportArguments = ArgumentsOf<typeof options>;

export const report = defineCommand({
  command: 'report [run]',
  describe: 'Render the report of a run in another format',
  options,
  handler: async (args) => (await import('./report.ts')).report(args),
});
