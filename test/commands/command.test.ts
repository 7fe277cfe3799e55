import { expect, expectTypeOf, it } from 'vitest';
import yargs, { type Argv } from 'yargs';
import type { BisectArguments } from '../../scripts/commands/bisect-command.ts';
import { type ArgumentsOf, defineCommand } from '../../scripts/commands/command.ts';
import type { IsolateArguments } from '../../scripts/commands/isolate-command.ts';
import type { ReportArguments } from '../../scripts/commands/report-command.ts';
import type { RunArguments } from '../../scripts/commands/run-command.ts';

const options = (args: Argv) =>
  args.positional('place', { type: 'string', demandOption: true }).option('times', { type: 'number' });

it('a handler gets what its options say', async () => {
  const got: ArgumentsOf<typeof options>[] = [];
  const command = defineCommand({
    command: 'greet <place>',
    describe: 'Says hello',
    options,
    handler: async (args) => void got.push(args),
  });
  await yargs(['greet', 'world', '--times', '2']).command(command).parseAsync();
  expect(got).toMatchObject([{ place: 'world', times: 2 }]);
});

// These are checked by tsc: an option whose type is lost would be `any` or `unknown` here.
it('the types of arguments are those of the options', () => {
  expectTypeOf<ArgumentsOf<typeof options>>().toMatchTypeOf<{ place: string; times: number | undefined }>();
  expectTypeOf<RunArguments['samples']>().toEqualTypeOf<number | 'auto' | undefined>();
  expectTypeOf<RunArguments['scenario']>().toEqualTypeOf<string[]>();
  expectTypeOf<RunArguments['as-changed']>().toEqualTypeOf<boolean>();
  expectTypeOf<IsolateArguments['fail']>().toEqualTypeOf<string[] | undefined>();
  expectTypeOf<BisectArguments['max-samples']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ReportArguments['format']>().toEqualTypeOf<
    'terminal' | 'html' | 'markdown' | 'junit' | 'json'
  >();
});
