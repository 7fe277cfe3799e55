/** A repository whose commits are real builds of runc, bisected in real machines: by `repro bisect`, and by git. */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BisectReport } from '../../scripts/bisect/report.ts';
import { openStore } from '../../scripts/commands/wiring.ts';
import { run } from '../../scripts/lib/exec.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import { Repository } from '../bisect/repository.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const { signal } = new AbortController();
const scenario = join(packageRoot(), 'test/fixtures/scenarios/machine/runc-start-8mi.yaml');
const cli = new Cli();

/** Programs by version, as the packages have them. */
async function programs(): Promise<string> {
  const dir = cli.at('programs');
  await mkdir(join(dir, 'bin'), { recursive: true });
  const store = openStore({});
  for (const [version, suite] of [
    ['1.1.5', 'bookworm'],
    ['1.1.15', 'trixie'],
  ] as const) {
    const found = await store.resolve({ component: 'runc', spec: `deb:${suite}`, sources: [] }, signal);
    const { file } = await store.layer(found, signal);
    const root = join(dir, suite);
    await run(['unsquashfs', '-q', '-n', '-d', root, file, 'usr/sbin/runc'], { signal });
    await run(['cp', join(root, 'usr/sbin/runc'), join(dir, 'bin', version)], { signal });
  }
  return join(dir, 'bin');
}

/**
 * `version` names the build, `lib` changes the binary and nothing else. The side branch brings the failure; what
 * stands between `docs` and the commit before it is the same binary.
 */
async function history() {
  const repo = await Repository.make(cli.at('repository'));
  await repo.commit('release 1', 'version', '1.1.5');
  await repo.git('tag', 'v1');
  await repo.commit('a change', 'lib', '1');
  await repo.git('checkout', '-q', '-b', 'side');
  const culprit = await repo.commit('copy the binary', 'version', '1.1.15');
  await repo.commit('tidy up', 'lib', '2');
  await repo.git('checkout', '-q', 'main');
  await repo.commit('docs', 'README', 'how to');
  const merge = await repo.merge('side', 'Merge pull request #12 from someone/side');
  await repo.commit('half a change', 'version', 'none');
  const half = await repo.git('rev-parse', 'HEAD');
  await repo.commit('the other half', 'version', '1.1.15');
  await repo.commit('another change', 'lib', '3');
  await repo.commit('release 2', 'lib', '4');
  await repo.git('tag', 'v2');
  return { repo, culprit, merge, half };
}

describe.skipIf(await cannotRun())('a commit that broke it', () => {
  let bin: string;
  let build: string;
  let made: Awaited<ReturnType<typeof history>>;

  beforeAll(async () => {
    bin = await programs();
    // What stands after a program's end changes its digest, and not what it does.
    build = `cat ${shellQuote([bin])}/"$(cat version)" >runc && { cat lib >>runc 2>/dev/null || :; }`;
    made = await history();
  });

  const bisection = () => [
    'bisect',
    scenario,
    ...'--component runc --good v1 --bad v2'.split(' '),
    '--repo',
    made.repo.dir,
    '--build',
    build,
  ];

  it('is found, also after an interrupt, with the merge that brought it', async () => {
    const { culprit, merge, half } = made;
    const first = cli.start([...bisection(), '--check', '--out', 'found', '--confidence', '99%']);
    await first.said(/release 2\): bad \d\/4/);
    first.child.kill('SIGINT');
    const interrupted = await first.ended;
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain('repro bisect --resume found');
    const before = cli.read('found', 'journal.ndjson');
    expect(before).toContain('"type":"samples"');

    const { code, stdout, stderr } = await cli.run(['bisect', '--resume', 'found', '--json']);
    expect(code, stderr).toBe(0);
    const report: BisectReport = JSON.parse(stdout);
    expect(report.suspects).toMatchObject([{ id: culprit, pullRequest: '#12', mergedBy: merge }]);
    expect(report.confidence.reached).toBeGreaterThanOrEqual(0.99);
    expect(report.sides?.before.bad).toBe(0);
    expect(report.checks.map(({ came }) => came)).toEqual(['new', 'old']);
    // What was seen before the interrupt counts, and is not done again.
    expect(cli.read('found', 'journal.ndjson').startsWith(before)).toBe(true);
    expect(readdirSync(cli.at('found', 'steps')).length).toBeGreaterThanOrEqual(report.steps);
    const skipped = report.commits.find(({ id }) => id === half)?.skipped;
    if (skipped !== undefined) expect(skipped).toMatch(/none.*No such file/);
  });

  it('is not looked for any longer when the folder is removed, and that is said', async () => {
    const running = cli.start([...bisection(), '--out', 'removed']);
    await running.said(/release 2\): bad \d\/4/);
    // In one step, for files come into it meanwhile.
    renameSync(cli.at('removed'), cli.at('elsewhere'));
    const { code, stderr } = await running.ended;
    expect(stderr).toContain(`repro: ${cli.at('removed')} was removed while the run went on`);
    expect(code, stderr).toBe(125);
    expect(existsSync(cli.at('removed'))).toBe(false);
  });

  it('is what git finds from our log', async () => {
    const { repo, culprit } = made;
    const { stdout } = await cli.run(['bisect', 'log', 'found']);
    expect(stdout).toContain(`# first bad commit: [${culprit}] copy the binary`);
    await repo.commit('the log', 'bisect.log', stdout);
    await repo.git('bisect', 'replay', 'bisect.log');
    expect(await repo.git('bisect', 'log')).toContain(`# first bad commit: [${culprit}]`);
    await repo.git('bisect', 'reset');
  });

  it('is found by git bisect run with repro run: 0 is good, 1 bad, and 125 can not be judged', async () => {
    const { repo, culprit, half } = made;
    const repro = [process.execPath, join(packageRoot(), 'scripts/launch.mjs')];
    const test = [...repro, 'run', scenario, '--set', 'runc=path:./runc', '--quiet'];
    const script = `{ ${build}; } || exit 125\n${shellQuote(test)} --out "$(mktemp -d ${shellQuote([cli.dir])}/XXXXXX)"`;
    await repo.git('bisect', 'start', 'v2', 'v1');
    await repo.git('checkout', '-q', half);
    await repo.git('bisect', 'run', 'sh', '-c', script);
    const log = await repo.git('bisect', 'log');
    await repo.git('bisect', 'reset');
    expect(log).toContain(`# skip: [${half}]`);
    expect(log).toContain(`# first bad commit: [${culprit}]`);
  });
});
