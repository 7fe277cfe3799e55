import { expect, it } from 'vitest';
import { commandLine } from '../../scripts/commands/command-line.ts';
import { verbCommand } from '../../scripts/commands/verb-command.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { asManyAsNeeded, defineVerb } from '../../scripts/verbs/verb.ts';
import { testCell } from '../suites/support.ts';

const asked: unknown[] = [];

const guess = defineVerb({
  name: 'guess',
  describe: 'Guess',
  options: {
    tries: { type: 'number', default: 3, describe: 'How often' },
    word: { type: 'string', default: 'a', describe: 'What' },
  },
  examples: [['$0 guess smoke', 'an example']],
  load: async () => ({
    designOf: (question) => {
      // Checked by tsc: the types are those of the options.
      const { tries, word }: { tries: number; word: string } = question;
      asked.push({ tries, word });
      throw new UsageError('guess', 'asked');
    },
    pageOf: () => {
      throw new Error('no answer');
    },
    exitCodeOf: () => 0,
  }),
});

const typed = (...args: string[]) => commandLine(['guess', ...args], [verbCommand(guess)]);
const run = async (...args: string[]) => typed(...args).parseAsync();

it('has its options in the help, with their defaults, beside those of every verb', async () => {
  const help = (await typed().getHelp()).replaceAll(/\s+/g, ' ');
  for (const part of [
    '--tries How often (default: 3)',
    '--word What (default: a)',
    '--resume',
    'guess.json',
  ]) {
    expect(help).toContain(part);
  }
  expect(help).toContain('guess smoke an example');
});

it('asks with what was typed, and the defaults for the rest', async () => {
  await expect(run('smoke', '--tries', '5')).rejects.toThrow('asked');
  expect(asked).toEqual([{ tries: 5, word: 'a' }]);
});

it('refuses what is no option, no value of it, and what is changed on resume', async () => {
  await expect(run('smoke', '--trees', '5')).rejects.toThrow(/trees/);
  await expect(run('smoke', '--tries', 'x')).rejects.toThrow(/^--tries: /);
  await expect(run('--resume', 'x', '--word', 'b')).rejects.toThrow(/cannot be combined with --word: /);
  await expect(run()).rejects.toThrow(/repro guess needs <scenario>/);
  expect(asked).toHaveLength(1);
});

it('a cell that takes as many samples as it needs is compared with none, and nothing is expected of it', () => {
  const cell = asManyAsNeeded({ ...testCell, expect: { when: {}, verdict: 'bad' } }, 7);
  expect(cell).toMatchObject({ samples: 7, sampling: { auto: true, rate: undefined }, expect: undefined });
});
