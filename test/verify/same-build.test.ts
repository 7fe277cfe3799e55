import { describe, expect, it } from 'vitest';
import { bench, trioOf } from '../../scripts/bench/driver.ts';
import { pageOf as benchPage } from '../../scripts/bench/page.ts';
import { answerSection } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';
import { pairsOf } from '../../scripts/verify/arms.ts';
import { verify } from '../../scripts/verify/driver.ts';
import { pageOf as verifyPage } from '../../scripts/verify/page.ts';
import { SAME_BUILD, toldApart } from '../../scripts/verify/same-build.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { experimentOf, requestOf, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const AXES = { runc: ['1.1.5', '1.1.15', 'deb:trixie'], cgroupDriver: ['cgroupfs', 'systemd'] };

async function requestFor(scenario: Scenario) {
  const { request } = requestOf(await temporaryDir(), scenario, () => ({ stdout: 'metric t 5 ms\n' }));
  return { ...experimentOf(request), unpaired: [], seed: 3 };
}

async function verified(baseline: Record<string, string>, candidate: Record<string, string>) {
  const scenario = scriptScenario({ axes: AXES });
  const pairs = pairsOf(scenario.cells, baseline, candidate).pairs.map(toldApart);
  const { verification } = await verify(
    {
      ...(await requestFor(scenario)),
      pairs: pairs.slice(0, 1),
      baseline: 'a',
      candidate: 'b',
      tolerance: DEFAULT_TOLERANCE,
      budget: 6,
    },
    signal,
  );
  return verification;
}

describe('verify of a build against itself', () => {
  it('runs two machines, and says on every page that it is A/A', async () => {
    const verification = await verified({ runc: '1.1.15' }, { runc: '1.1.15' });
    expect(verification.sameBuild).toBe(true);
    expect(new Set(verification.order.map(({ cell }) => cell)).size).toBe(2);
    expect(verification.order).toHaveLength(12);
    expect(verification.gaps).toEqual([]);
    expect(renderText(verifyPage(verification), 1000)).toContain(SAME_BUILD);
    expect(renderMarkdown(verifyPage(verification))).toContain('A/A');
    expect(answerSection(verifyPage(verification)).body.text).toContain('A/A');
  });

  it('goes by the digest, not by the name', async () => {
    expect((await verified({ runc: '1.1.15' }, { runc: 'deb:trixie' })).sameBuild).toBe(true);
  });

  it('is none where the builds differ, or what they run under', async () => {
    const other = await verified({ runc: '1.1.5' }, { runc: '1.1.15' });
    expect(other.sameBuild).toBe(false);
    expect(renderText(verifyPage(other), 1000)).not.toContain('A/A');
    const driver = await verified({ cgroupDriver: 'cgroupfs' }, { cgroupDriver: 'systemd' });
    expect(driver.sameBuild).toBe(false);
  });
});

it('bench of a build against itself says so, too', async () => {
  const scenario = scriptScenario({ axes: { runc: ['1.1.5', '1.1.15'] } });
  const ask = async (candidate: string) => {
    const { pairs } = pairsOf(scenario.cells, { runc: '1.1.15' }, { runc: candidate });
    const { benchmark } = await bench(
      {
        ...(await requestFor(scenario)),
        trios: pairs.map(trioOf),
        baseline: '1.1.15',
        candidate,
        tolerate: 0.1,
        rounds: 2,
      },
      signal,
    );
    return benchmark;
  };
  const same = await ask('1.1.15');
  expect(same).toMatchObject({ sameBuild: true, gaps: [] });
  expect(same.order).toHaveLength(9);
  for (const page of [renderText(benchPage(same), 1000), renderMarkdown(benchPage(same))]) {
    expect(page).toContain('A/A: both arms are the same build');
  }
  expect((await ask('1.1.5')).sameBuild).toBe(false);
});
