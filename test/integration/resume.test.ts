/**
 * Verbs that are killed while they take samples, and gone on with, on real machines. Which sample the kill falls into
 * is a matter of chance; that none is lost or taken twice is not.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
writeFileSync(
  cli.at('versions.yaml'),
  `title: The newer runc fails
axes: { runc: ['1.1.5', '1.1.15'], cgroupDriver: [cgroupfs, systemd] }
suite:
  id: script
  params:
    run: |
      echo metric t 5 ms
      test "$REPRO_RUNC" = 1.1.5
symptom: { case: fails }
`,
);
writeFileSync(
  cli.at('start.yaml'),
  `title: A start of runc
axes: { runc: ['1.1.5'], cgroupDriver: [cgroupfs] }
suite: { id: oci, cases: [start] }
symptom: { oomKill: { process: '/^(exe|runc:.*)$/', constraint: memcg } }
`,
);
const ARMS = ['--baseline', '1.1.5', '--candidate', '1.1.15', '--filter', 'cgroupDriver=cgroupfs'];

/** By verb: how it is asked, its exit code, and how many samples answer it, where that is certain. */
const VERBS = {
  verify: { args: ['./versions.yaml', ...ARMS, '--samples', '6', '--seed', '3'], code: 1, samples: 12 },
  bench: { args: ['./versions.yaml', ...ARMS, '--samples', '2', '--seed', '3'], code: 125, samples: 9 },
  isolate: {
    args: [
      './versions.yaml',
      ...['--filter', 'cgroupDriver=cgroupfs', '--fail', 'runc=1.1.15', '--pass', 'runc=1.1.5'],
      ...['--samples', '4', '--max-samples', '4'],
    ],
    code: 0,
    samples: 8,
  },
  floor: {
    args: [
      './start.yaml',
      ...['--from', '8Mi', '--to', '12Mi', '--step', '4Mi', '--rate', '50%', '--confidence', '50%'],
    ],
    code: 0,
    samples: undefined,
  },
} as const;

function journal(dir: string): { cell: string; id: string }[] {
  const file = cli.at(dir, 'journal.ndjson');
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => {
    const { cell, sample } = JSON.parse(line);
    return { cell, id: sample.id };
  });
}

describe.skipIf(skip).each(Object.entries(VERBS))('repro %s', (verb, { args, code, samples }) => {
  it('killed by kill -9 and resumed gives its answer, no sample lost or taken twice', async () => {
    const running = cli.start([verb, ...args, '--out', verb, '--quiet']);
    let ended = false;
    running.ended.then(() => {
      ended = true;
    });
    while (journal(verb).length < 1 && !ended) await wait(50);
    expect(ended).toBe(false);
    running.child.kill('SIGKILL');
    await running.ended;
    const before = journal(verb);
    const asked = JSON.parse(cli.read(verb, 'request.json'));
    const result = await cli.run([verb, '--resume', verb, '--quiet']);
    expect(result.code, result.stdout + result.stderr).toBe(code);
    const after = journal(verb);
    expect(after.slice(0, before.length)).toEqual(before);
    const names = after.map(({ cell, id }) => `${cell} ${id}`);
    expect(new Set(names).size).toBe(names.length);
    if (samples !== undefined) expect(names).toHaveLength(samples);
    const report = cli.report(verb);
    const reported = report.cells.flatMap((cell) => cell.samples.map(({ id }) => `${cell.id} ${id}`));
    expect(reported.sort()).toEqual(names.sort());
    expect(report).toMatchObject({ startedAt: asked.startedAt, command: asked.command, interrupted: false });
    expect(report.resumed).toHaveLength(1);
    expect(existsSync(cli.at(verb, `${verb}.json`))).toBe(true);
  });
});
