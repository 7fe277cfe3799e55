import { describe, expect, it } from 'vitest';
import { commandLine } from '../../scripts/commands/command-line.ts';
import { commands } from '../../scripts/commands/index.ts';
import { UsageError } from '../../scripts/lib/errors.ts';

/** What the handler of the command would be given. */
async function read(line: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let given: Readonly<Record<string, unknown>> | undefined;
  const stubs = commands.map((one) => ({
    ...one,
    handler: (args: Readonly<Record<string, unknown>>) => {
      given = args;
    },
  }));
  await commandLine(line.split(' '), stubs).parseAsync();
  return given;
}

describe('a command line', () => {
  it('gives lists where an option may be repeated', async () => {
    expect(await read('run smoke oom-4427 --filter a=1 --filter b=2 --resume x --out y')).toMatchObject({
      scenario: ['smoke', 'oom-4427'],
      filter: ['a=1', 'b=2'],
      resume: ['x'],
      out: 'y',
    });
  });

  it.each([
    ['run smoke --out a --out b', '--out is there twice, and takes one value'],
    ['run smoke -j 1 -j 2', '-j is there twice, and takes one value'],
    ['report x --format json --format html', '--format is there twice, and takes one value'],
    ['run --resume.x a', 'Unknown argument: resume.x'],
    ['run smoke --no-out', 'Unknown arguments: no-out'],
    ['run smoke --jbos 2', 'Unknown argument'],
    ['rnu', "no command 'rnu'. Did you mean run?"],
  ])('is refused: %s', async (line, message) => {
    await expect(read(line)).rejects.toThrow(message);
    await expect(read(line)).rejects.toBeInstanceOf(UsageError);
  });
});
