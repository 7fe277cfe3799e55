import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArtifactError, MachineError } from '../../scripts/lib/errors.ts';
import { answerSection } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { readReport } from '../../scripts/report/json.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';
import { pairsOf } from '../../scripts/verify/arms.ts';
import { type VerifyRequest, verify } from '../../scripts/verify/driver.ts';
import { pageOf } from '../../scripts/verify/page.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { type Answer, experimentOf, fakeStore, requestOf, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const isNew = (call: Parameters<Answer>[0]) => /REPRO_RUNC='?1\.1\.15/.test(call.text);

async function requestFor(answer: Answer, scenario: Scenario = scriptScenario(), budget = 6) {
  const dir = await temporaryDir();
  const { request, events, provider } = requestOf(dir, scenario, answer);
  const { pairs, unpaired } = pairsOf(scenario.cells, { runc: '1.1.5' }, { runc: '1.1.15' });
  const verifyRequest: VerifyRequest = {
    ...experimentOf(request),
    pairs,
    unpaired,
    baseline: '1.1.5',
    candidate: '1.1.15',
    tolerance: DEFAULT_TOLERANCE,
    budget,
    seed: 5,
  };
  return { request: verifyRequest, events, provider, dir };
}

describe('verify', () => {
  it('runs both arms at once, one sample at a time, in the recorded order', async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const { request, provider, dir } = await requestFor(async (call) => {
      most = Math.max(most, ++running);
      order.push(isNew(call) ? '1.1.15' : '1.1.5');
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return isNew(call) ? { exitCode: 1, stderr: 'boom\n' } : {};
    });
    const { verification } = await verify(request, signal);
    expect(verification).toMatchObject({ answer: 'regressed', gaps: [], seed: 5, budget: 6 });
    expect(provider).toMatchObject({ most: 2, alive: 0 });
    expect(most).toBe(1);
    expect(order).toHaveLength(12);
    expect(verification.order.map(({ cell }) => /runc=(.*)/.exec(cell)?.[1])).toEqual(order);
    expect((await readReport(dir)).report.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'good', total: 6 },
      { kind: 'bad', bad: 6, total: 6 },
    ]);
    expect(JSON.parse(await readFile(join(dir, 'verify.json'), 'utf8'))).toMatchObject({
      answer: 'regressed',
    });
  });

  it('stops at the first look that settles everything', async () => {
    const answer: Answer = (call) => (isNew(call) ? { exitCode: 1, stderr: 'boom\n' } : {});
    const { request, dir } = await requestFor(answer, scriptScenario(), 48);
    const { verification } = await verify(request, signal);
    expect(verification.answer).toBe('regressed');
    const { cells } = (await readReport(dir)).report;
    expect(cells.map(({ samples }) => samples.length)).toEqual([6, 6]);
    expect(cells.map(({ samplesPlanned }) => samplesPlanned)).toEqual([6, 6]);
  });

  it('a machine that is lost ends its partner, and makes it inconclusive', async () => {
    let calls = 0;
    const { request, dir } = await requestFor(
      (call) => {
        if (isNew(call) && ++calls === 2) {
          call.lose(new MachineError('panic', 'kernel panic: oops'));
          throw new MachineError('panic', 'kernel panic: oops');
        }
        return {};
      },
      scriptScenario(),
      48,
    );
    const { verification } = await verify(request, signal);
    expect(verification.answer).toBe('inconclusive');
    expect(verification.gaps.join()).toContain('kernel panic');
    const counts = (await readReport(dir)).report.cells.map(({ samples }) => samples.length);
    expect(Math.max(...counts)).toBeLessThan(5);
  });

  it('an arm that can not be had is a gap, and no machine starts', async () => {
    const { request, provider } = await requestFor(() => ({}));
    const store = fakeStore(({ spec }) => {
      if (spec === '1.1.15') throw new ArtifactError('no-package', 'no runc 1.1.15');
    });
    const { verification } = await verify({ ...request, store }, signal);
    expect(verification.answer).toBe('inconclusive');
    expect(verification.gaps.join()).toContain('no runc 1.1.15');
    expect(provider.specs).toEqual([]);
  });

  it('is told in words and as Markdown', async () => {
    const { request } = await requestFor((call) => ({
      stdout: `metric start.time ${isNew(call) ? 4123 : 3025} ms\n`,
    }));
    const { verification, report } = await verify(request, signal);
    const markdown = renderMarkdown(pageOf(verification));
    expect(markdown).toMatch(/- baseline 1\.1\.5: runc \S+ \(\S+, sha256 [\w.-]+\)/);
    expect(renderHtml(report, answerSection(pageOf(verification)))).toContain('✘ 1.1.5 → 1.1.15: regressed');
    expect(markdown).toContain('### ✘ 1.1.5 → 1.1.15: regressed');
    expect(markdown).toMatch(/\| time \(start\.time\) \| ✘ \*\*regressed\*\* \| \+36\.3% /);
    expect(renderText(pageOf(verification), 80)).toMatch(
      /time {6}✘ regressed\n✘ 1\.1\.5 → 1\.1\.15: regressed\n$/,
    );
  });
});
