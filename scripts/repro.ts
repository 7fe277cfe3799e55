/** Entry: the command line, the wiring, and the one place where errors become messages and exit codes. */
import { setMaxListeners } from 'node:events';
import { hideBin } from 'yargs/helpers';
import { makeProvider } from '../vm/providers.ts';
import { commandLine } from './commands/command-line.ts';
import { withContext } from './commands/context.ts';
import { report } from './commands/failure.ts';
import { commands } from './commands/index.ts';
import { print, say, write } from './commands/output.ts';
import { openCache } from './commands/wiring.ts';
import { EXIT, InterruptedError } from './lib/errors.ts';
import { guardEnd } from './lib/guard.ts';

// Every program and machine of a run listens for the one Ctrl-C: Node's warning about ten listeners is for leaks.
setMaxListeners(1000);
const interrupt = new AbortController();
withContext({
  signal: interrupt.signal,
  makeProvider: (kind, notice) => makeProvider(kind, openCache({ notice })),
});
handleSignals();
handleClosedPipes();
try {
  await guardEnd(() => main(hideBin(process.argv)));
} catch (error) {
  process.exitCode = report(error);
}

async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--version') {
    const { version } = await import('./runner/host.ts');
    print(version());
    return;
  }
  await commandLine(argv, commands).parseAsync();
}

/** The first Ctrl-C ends the run in order, with its evidence; the second ends this process at once. */
function handleSignals(): void {
  let count = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      count++;
      if (count > 1) process.exit(EXIT.interrupted);
      write('\n', process.stderr);
      say('stopping the machines and writing what was collected (again to end at once)');
      interrupt.abort(new InterruptedError('interrupted by the user'));
    });
  }
}

/** Whoever reads the output may stop early (`repro list | head -1`): then there is nobody left to tell. */
function handleClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
