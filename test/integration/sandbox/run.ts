/** `node run.js <file>`: runs the script of an order in the sandbox, as whoever runs this. Prints what it printed. */
import { readFileSync } from 'node:fs';
import { runInSandbox } from '../../../scripts/artifact/build/run-sandbox.ts';
import type { Limits, SandboxRequest } from '../../../scripts/artifact/build/sandbox.ts';
import { ReproError } from '../../../scripts/lib/errors.ts';

const { order, limits }: { order: SandboxRequest; limits: Limits } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
);
const { signal } = new AbortController();
try {
  const { stdout } = await runInSandbox(order, { signal, timeout: 300_000, limits });
  process.stdout.write(stdout);
} catch (error) {
  if (!(error instanceof ReproError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
