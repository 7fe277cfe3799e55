/** What is asked, verb by verb: as small as a question of it can be that takes several samples on several machines. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';

export interface Verb {
  readonly name: string;
  readonly args: readonly string[];
  /** Exit code of an answer. */
  readonly code: number;
  /** Of the run's folder, the file without which it can't be gone on with. */
  readonly request: string;
  /** Whether it always takes the same samples; else what it takes follows from what it saw. */
  readonly fixed: boolean;
}

const TWO_BUILDS = './two-builds.yaml';
const ARMS = ['--baseline', '1.1.5', '--candidate', '1.1.15', '--filter', 'cgroupDriver=cgroupfs'];

export const VERBS: readonly Verb[] = [
  {
    name: 'run',
    args: [TWO_BUILDS, '--filter', 'cgroupDriver=cgroupfs', '--samples', '6', '--jobs', '1'],
    code: 1,
    request: 'run.json',
    fixed: true,
  },
  {
    name: 'verify',
    args: [TWO_BUILDS, ...ARMS, '--samples', '6', '--seed', '3'],
    code: 1,
    request: 'request.json',
    fixed: true,
  },
  {
    name: 'isolate',
    args: [
      TWO_BUILDS,
      ...['--fail', 'runc=1.1.15,cgroupDriver=systemd', '--pass', 'runc=1.1.5,cgroupDriver=cgroupfs'],
      ...['--samples', '4', '--max-samples', '4', '--jobs', '2'],
    ],
    code: 0,
    request: 'request.json',
    fixed: true,
  },
  {
    name: 'floor',
    args: [
      './start.yaml',
      ...['--from', '8Mi', '--to', '12Mi', '--step', '4Mi', '--rate', '50%', '--confidence', '50%'],
    ],
    code: 0,
    request: 'request.json',
    fixed: false,
  },
  {
    name: 'bench',
    args: [TWO_BUILDS, ...ARMS, '--samples', '2', '--seed', '3'],
    code: 125,
    request: 'request.json',
    fixed: true,
  },
  {
    name: 'bisect',
    args: [
      './sound.yaml',
      ...['--component', 'runc', '--repo', './repository', '--good', 'v1', '--bad', 'v2'],
      ...['--confidence', '95%'],
    ],
    code: 0,
    request: 'bisection.json',
    fixed: false,
  },
];

const SCENARIOS = {
  'two-builds.yaml': `title: The newer runc fails
axes: { runc: ['1.1.5', '1.1.15'], cgroupDriver: [cgroupfs, systemd] }
suite:
  id: script
  params:
    run: |
      sleep 0.1
      echo metric t 5 ms
      test "$REPRO_RUNC" = 1.1.5
symptom: { case: fails }
`,
  'start.yaml': `title: A start of runc
axes: { runc: ['1.1.5'], cgroupDriver: [cgroupfs] }
suite: { id: oci, cases: [start] }
symptom: { oomKill: { process: '/^(exe|runc:.*)$/', constraint: memcg } }
`,
  'sound.yaml': `title: Is runc sound?
axes: { runc: ['git:v1'] }
build: { runc: { repository: ./repository, go: none, run: 'sleep 1; make && cp runc "$OUT"' } }
suite: { id: script, params: { run: 'sleep 0.1; runc | grep -q sound || { echo "it is broken" >&2; exit 1; }' } }
symptom: { error: it is broken }
`,
};

const program = (state: string) => `#include <stdio.h>

int main(void) {
  puts("runc version 1.0");
  puts("${state}");
}
`;

/** Two releases, with the commit between them that breaks it, and changes on either side of it. */
const HISTORY: readonly (readonly [message: string, file: string, text: string])[] = [
  ['Release 1', 'main.c', program('sound')],
  ['It says more', 'main.c', program('still sound')],
  ['It is documented', 'README', 'It says how it is'],
  ['It breaks', 'main.c', program('out of order')],
  ['Release 2', 'main.c', program('quite out of order')],
];

const WHO = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org' };
const WHO_COMMITS = { GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.org' };
const NO_CONFIG = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** Writes what the questions name into a folder. */
export async function writeQuestions(dir: string): Promise<void> {
  for (const [name, text] of Object.entries(SCENARIOS)) await writeFile(join(dir, name), text);
  const repository = join(dir, 'repository');
  const git = (...args: string[]) =>
    run(['git', '-C', repository, ...args], { env: { ...WHO, ...WHO_COMMITS, ...NO_CONFIG } });
  await mkdir(repository);
  await git('init', '-q', '-b', 'main');
  await writeFile(join(repository, 'Makefile'), 'runc: main.c\n\t$(CC) -o $@ $<\n');
  for (const [message, file, text] of HISTORY) {
    await writeFile(join(repository, file), text);
    await git('add', '-A');
    await git('commit', '-q', '-m', message);
    const [, release] = /^Release (\d)$/.exec(message) ?? [];
    if (release !== undefined) await git('tag', `v${release}`);
  }
}
