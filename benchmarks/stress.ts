/**
 * `npm run stress [-- N]`: restores N machines (default 200), one after another; each answers a first command with a
 * layer plugged in, and is ended. A machine that boots cold instead counts as a failure. Exit code 1 on any.
 */
import { messageOf } from '../scripts/lib/errors.ts';
import { Lab, say } from './lab.ts';
import { seconds, spreadOf, spreadText } from './statistics.ts';

const count = Number(process.argv[2] ?? 200);
if (!Number.isInteger(count) || count < 1) throw new Error('N must be a whole number, 1 or more');

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
const { signal } = interrupt;

await using lab = await Lab.open('smoke', [], signal);
const times: number[] = [];
const failures: string[] = [];
for (let n = 1; n <= count && !signal.aborted; n++) {
  const began = performance.now();
  try {
    await using machine = await lab.provider.allocate(lab.spec(`s${n}`), signal);
    const { exitCode, stderr } = await machine.exec(['runc', '--version'], { signal });
    if (exitCode !== 0) throw new Error(`the first command failed: ${stderr}`);
    if (machine.facts.start !== 'warm') throw new Error(`it booted: ${lab.notices.at(-1)}`);
    times.push(performance.now() - began);
  } catch (error) {
    if (signal.aborted) break;
    failures.push(`${n}: ${messageOf(error)}`);
    say(`restore ${failures.at(-1)}`);
  }
  if (n % 20 === 0) say(`${n} of ${count}: ${failures.length} failed`);
}
const spread = spreadOf(times);
process.stdout.write(
  `${times.length} of ${count} machines were restored and answered, ${failures.length} failed\n` +
    (spread === undefined ? '' : `first answer after ${spreadText(spread, seconds)}, median (min–max)\n`),
);
process.exitCode = times.length === count ? 0 : 1;
