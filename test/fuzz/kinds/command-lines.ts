/** Command lines, read and not carried out. */
import fc from 'fast-check';
import type { CommandModule } from 'yargs';
import { commandLine } from '../../../scripts/commands/command-line.ts';
import { commands } from '../../../scripts/commands/index.ts';
import { answered, fuzzKind, must } from '../kind.ts';

/** What the last command was given. */
const handled: { args: Readonly<Record<string, unknown>> } = { args: {} };
/** Commands below `cache` and `bisect` would be carried out. */
const stubs = commands
  .filter(({ command }) => !/^(?:cache|bisect)/.test(String(command)))
  .map((one): CommandModule => {
    const handler = (args: Readonly<Record<string, unknown>>) => {
      handled.args = args;
    };
    return { ...one, handler };
  });

// biome-ignore format: a list of words
const WORDS = [
  'run', 'verify', 'bench', 'floor', 'isolate', 'list', 'show', 'report', 'shell', 'doctor', 'reap', 'rnu', 'smoke', 'latest',
  '--filter', '--set', '--repo', '--offline', '--samples', '--jobs', '-j', '--out', '-o', '--resume', '--json', '--watch', '-q',
  '--baseline', '--candidate', '--seed', '--format', '-f', '--all', '--', '-', '--out=', '--out.x', '--resume.x', '--no-out',
  '--samples=auto', '--jobs=2', 'runc=1.1.5', '--__proto__', '--constructor', '--_', '--$0', '-1', '0x10', '', '=', '--=', '-qj',
] as const;

export const lines = fuzzKind(
  'command-lines',
  fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ maxLength: 6 })), {
    maxLength: 8,
  }),
  async (argv) => {
    handled.args = {};
    await answered(() => commandLine(argv, stubs).parseAsync(argv as string[], {}, () => undefined));
    const { out, resume, format, scenario = [] } = handled.args;
    must([out, format].every(isText), 'what is a text stays one');
    must(
      [resume, scenario].every((one) => isText(one) || isList(one)),
      'what is a list of texts stays one',
    );
  },
);

const isText = (value: unknown) => value === undefined || typeof value === 'string';
const isList = (value: unknown) => Array.isArray(value) && value.every(isText);
