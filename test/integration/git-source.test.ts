/** Commits of a repository that the test writes, built in a real builder and run in real machines. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Original } from '../artifact/git/original.ts';
import { Cli, expectClear } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const cli = new Cli();

/** A runc that says whether it is sound; `extra` is one more line of C. */
const program = (state: string, extra = '') => `#include <stdio.h>

int main(void) {
  puts("runc version 1.0 " TAG);
  ${extra}
  puts("${state}");
}
`;

const MAKEFILE = 'runc: main.c\n\t$(CC) -DTAG=\'"$(TAG)"\' -o $@ $<\n';

/** What a builder may not have, then the build. */
const RUN = `
test "$(grep -c : /proc/net/dev)" = 1
test ! -e /home
test ! -e /src/.git
make && cp runc "$OUT"
`;

const SCENARIO = (repository: string) => `
title: Is runc sound?
axes: { runc: ["git:v1"] }
build: { runc: { repository: ${repository}, run: ${JSON.stringify(RUN)} } }
suite: { id: script, params: { run: 'runc | grep -q sound || { echo "it is broken" >&2; exit 1; }' } }
symptom: { error: it is broken }
samples: 1
`;

describe.skipIf(await cannotRun({ builds: true }))('git:', () => {
  it('builds commits, with and without others, and skips those that do not build', async () => {
    const original = await Original.make();
    await original.commit({ 'main.c': program('sound'), Makefile: MAKEFILE });
    await original.git('tag', 'v1');
    const broken = await original.commit({ 'main.c': program('sound', 'nonsense;') });
    await original.commit({ 'main.c': program('sound') });
    const culprit = await original.commit({ 'main.c': program('out of order') }, 'It breaks');
    const documented = await original.commit({ README: 'It is documented' });
    await original.git('tag', 'v2');
    writeFileSync(cli.at('sound.yaml'), SCENARIO(original.dir));
    const revisions = ['v1', broken, 'v2', `v2-${culprit}`, `v1+${culprit}`, culprit, `v1+${documented}`];
    const set = revisions.map((revision) => `git:${revision}`).join(',');
    const result = await cli.run(['run', './sound.yaml', '--set', `runc=${set}`, '--out', 'run', '--quiet']);

    expectClear(result);
    expect(result.code, result.stderr).toBe(1);
    const { cells } = cli.report('run');
    const verdicts = cells.map(({ axes, verdict }) => `${axes.runc} ${verdict.kind}`.slice('git:'.length));
    expect(verdicts).toEqual([
      'v1 good',
      `${broken} skip`,
      'v2 bad',
      `v2-${culprit} good`,
      `v1+${culprit} bad`,
      `${culprit} bad`,
      `v1+${documented} good`,
    ]);
    expect(cells[1]?.verdict).toMatchObject({
      reason: expect.stringMatching(/doesn't build:.*main\.c:5:3: error: .*nonsense/),
    });

    const builds = cells.map(({ artifacts }) => artifacts.runc?.build);
    expect(builds[0]).toMatchObject({
      commit: await original.git('rev-parse', 'v1'),
      tree: await original.git('rev-parse', 'v1^{tree}'),
      repository: original.dir,
      compiler: expect.stringMatching(/^gcc-\d+ \d/),
      script: RUN.trim(),
    });
    expect(builds[0]).not.toHaveProperty('go');
    // What the machine ran is what was built.
    expect(cells.map(({ guest }) => guest.runc?.sha256)).toEqual(
      cells.map(({ artifacts: { runc } }) => (runc?.build === undefined ? undefined : runc.sha256)),
    );
    // A commit that changes nothing in the program gives the same bytes; another nearest tag doesn't.
    expect(builds[6]?.sha256).toBe(builds[0]?.sha256);
    expect(builds[5]?.sha256).toBe(builds[4]?.sha256);
    expect(builds[2]?.sha256).not.toBe(builds[5]?.sha256);
  }, 900_000);
});
