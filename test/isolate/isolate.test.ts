import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isolate } from '../../scripts/isolate/driver.ts';
import { endsOf } from '../../scripts/isolate/ends.ts';
import { pageOf } from '../../scripts/isolate/page.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { answerSection } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { readReport } from '../../scripts/report/json.ts';
import { loadScenario } from '../../scripts/scenario/load.ts';
import { type Answer, requestOf, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const boom = { exitCode: 1, stderr: 'boom\n' };

/** Three axes that moved together: 1.1.15 fails always with cgroupfs, in two of eight samples with systemd. */
const scenario = scriptScenario({
  axes: { containerd: ['1.6', '1.7'], cgroupDriver: ['cgroupfs', 'systemd'], runc: ['1.1.5', '1.1.15'] },
  expect: [
    { when: { runc: '1.1.15', cgroupDriver: 'cgroupfs' }, verdict: 'bad' },
    { when: { runc: '1.1.5' }, verdict: 'good' },
  ],
});
const race: Answer = ({ text }) => {
  if (!/REPRO_RUNC='?1\.1\.15/.test(text)) return { stdout: 'metric memory.peak 3700000 bytes\n' };
  const failing = text.includes('cgroupfs') || /script-[36]\b/.test(text);
  return { ...(failing ? boom : {}), stdout: 'metric memory.peak 9900000 bytes\n' };
};

async function run(answer: Answer, samples = 8, maxSamples = samples) {
  const dir = await temporaryDir();
  const { request, provider } = requestOf(dir, scenario, answer);
  const { cells: _, done: __, earlier: ___, listener, keep: ____, ...rest } = request;
  const ends = endsOf(scenario.cells, {});
  const show = () => ({ listener, close: async () => undefined });
  return { ...(await isolate({ ...rest, ends, samples, maxSamples, show }, signal)), provider, dir };
}

describe('isolate', () => {
  test('names what decides and what changes the rate, and clears what moved along', async () => {
    const { isolation, report, provider, dir } = await run(race);
    expect(isolation.problem).toBeUndefined();
    expect(isolation.cause).toEqual({ runc: '1.1.15' });
    expect(isolation.axes.map(({ axis, role }) => [axis, role])).toEqual([
      ['containerd', 'cleared'],
      ['cgroupDriver', 'rate'],
      ['runc', 'decides'],
    ]);
    expect(isolation.interactions).toMatchObject([{ axis: 'cgroupDriver', with: 'runc' }]);
    expect(isolation.words.at(-1)).toBe('Named: runc and cgroupDriver; containerd cleared.');
    expect(provider.specs).toHaveLength(8);
    expect(isolation.axes[2]?.metric).toMatchObject({ name: 'memory.peak', shift: 6_200_000 });
    expect((await readReport(dir)).report.cells).toHaveLength(8);
    expect(JSON.parse(await readFile(join(dir, 'isolate.json'), 'utf8'))).toMatchObject({
      cause: { runc: '1.1.15' },
    });
    const text = renderText(pageOf(isolation, report), 80);
    expect(text).toMatch(/containerd 1\.6 · cgroupfs · runc 1\.1\.15 +8\/8 +63–100% +─+●/);
    const page = renderHtml(report, answerSection(pageOf(isolation, report)));
    expect(page).toContain('Named: runc and cgroupDriver; containerd cleared.');
    expect(page).toMatch(
      /<svg class="strip"[^>]+aria-label="containerd 1\.6 · cgroupfs · runc 1\.1\.15: 8\/8"/,
    );
    expect(renderMarkdown(pageOf(isolation, report))).toContain('| runc | 1.1.5 → 1.1.15 | ✘ decides |');
  });

  test('takes more samples, where they may tell, while an axis is open', async () => {
    // With 1.1.15 and the systemd driver: four of eight with containerd 1.6, one with 1.7; no difference later on.
    const few: Answer = (call) => {
      const sample = Number(/script-(\d+)\b/.exec(call.text)?.[1]);
      const early = call.text.includes('containerd_1.6') || /REPRO_CONTAINERD='?1\.6/.test(call.text) ? 4 : 1;
      const failing = sample <= 8 ? sample <= early : sample % 4 === 0;
      const answered = race(call);
      if (answered instanceof Promise || !/REPRO_RUNC='?1\.1\.15/.test(call.text)) return answered;
      const ok = !call.text.includes('cgroupfs') && !failing;
      return ok ? { stdout: answered.stdout ?? '' } : { ...boom, stdout: answered.stdout ?? '' };
    };
    const once = await run(few);
    expect(once.isolation.axes[0]).toMatchObject({ axis: 'containerd', role: 'open' });
    const { isolation, report, provider } = await run(few, 8, 32);
    expect(isolation.axes.map(({ role }) => role)).toEqual(['cleared', 'rate', 'decides']);
    expect(isolation.looks).toEqual([8, 16, 32]);
    const taken = (runc: string) =>
      report.cells.filter(({ axes }) => axes.runc === runc).map(({ samples }) => samples.length);
    expect(new Set(taken('1.1.5'))).toEqual(new Set([8]));
    expect(new Set(taken('1.1.15')).size).toBe(1);
    expect(taken('1.1.15')[0]).toBeGreaterThan(8);
    expect(provider.specs.length).toBeGreaterThan(8);
  });

  test('a passing cell that fails now and then is told from one that fails often, with more samples', async () => {
    const rarely: Answer = (call) => {
      const sample = Number(/script-(\d+)\b/.exec(call.text)?.[1]);
      const often = /REPRO_RUNC='?1\.1\.15/.test(call.text) && sample % 2 === 0;
      return often || sample % 16 === 1 ? boom : {};
    };
    const once = await run(rarely);
    expect(once.isolation.problem).toMatch(/fails 1 of 8, the failing one 5 of 8/);
    expect(once.provider.specs).toHaveLength(2);
    const { isolation } = await run(rarely, 8, 32);
    expect(isolation.problem).toBeUndefined();
    expect(isolation.axes.map(({ role }) => role)).toEqual(['cleared', 'cleared', 'rate']);
    expect(isolation.words.join(' ')).toMatch(
      /passing cell fail about as often as the other is runc 1\.1\.15/,
    );
  });

  test('ends that are not what they are taken for isolate nothing', async () => {
    const { isolation, provider } = await run(() => ({}), 2);
    expect(isolation.problem).toMatch(/runc=1\.1\.15 should be bad, and is good/);
    expect(isolation.axes).toEqual([]);
    expect(provider.specs).toHaveLength(2);
  });
});

describe('the ends', () => {
  test('are by default what is expected bad, and the good cell that differs most', () => {
    const { fail, pass, axes } = endsOf(scenario.cells, {});
    expect(fail.axes).toEqual({ containerd: '1.6', cgroupDriver: 'cgroupfs', runc: '1.1.15' });
    expect(pass.axes).toEqual({ containerd: '1.7', cgroupDriver: 'systemd', runc: '1.1.5' });
    expect(axes).toEqual(['containerd', 'cgroupDriver', 'runc']);
  });

  test('leave out what can only be changed together', () => {
    const tied = scriptScenario({
      axes: { cpu: ['v2', 'v1'], os: ['new', 'old'], runc: ['1.1.5', '1.1.15'] },
      exclude: [
        { cpu: 'v1', os: 'new' },
        { cpu: 'v2', os: 'old' },
      ],
      expect: [
        { when: { runc: '1.1.15' }, verdict: 'bad' },
        { when: { runc: '1.1.5' }, verdict: 'good' },
      ],
    });
    const { axes, tied: left } = endsOf(tied.cells, {});
    expect({ axes, left }).toEqual({ axes: ['runc'], left: ['cpu', 'os'] });
    const asked = endsOf(tied.cells, { pass: ['cpu=v1,runc=1.1.5'] });
    expect({ axes: asked.axes, left: asked.tied }).toEqual({ axes: ['cpu', 'os', 'runc'], left: [] });
  });

  test('of oom-4427 are the three suspects that had moved together', () => {
    const { cells } = loadScenario('oom-4427', { cwd: packageRoot() });
    const { axes, tied } = endsOf(cells, {});
    expect({ axes, tied }).toEqual({
      axes: ['containerd', 'cgroupDriver', 'runc'],
      tied: ['cgroup', 'kernel'],
    });
  });

  test('may be named, as a cell or by its axes', () => {
    const id = scenario.cells[0]?.id ?? '';
    expect(endsOf(scenario.cells, { pass: [id] }).pass.id).toBe(id);
    const named = endsOf(scenario.cells, { pass: ['containerd=1.6,cgroupDriver=cgroupfs', 'runc=1.1.5'] });
    expect(named.axes).toEqual(['runc']);
  });

  test.each([
    [{ pass: ['runc=1.1.5'] }, /leaves 4 cells/],
    [{ pass: ['runc=9'] }, /never 9/],
    [{ pass: ['containerd=1.6,cgroupDriver=cgroupfs,runc=1.1.15'] }, /are the same/],
  ])('%j is refused', (named, message) => {
    expect(() => endsOf(scenario.cells, named)).toThrow(message);
  });

  test('without an expectation they must be named', () => {
    expect(() => endsOf(scriptScenario().cells, {})).toThrow(/--fail/);
  });
});
