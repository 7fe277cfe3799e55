import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../benchmarks/kill/ended.ts';
import { compareNames, compareSamples, samplesIn } from '../../../benchmarks/kill/evidence.ts';
import { temporaryDir } from '../../vm/support.ts';

const line = (id: string, outcome = 'passed') =>
  `${JSON.stringify({ cell: 'x/runc=1', sample: { id, outcome } })}\n`;

async function runOf(...lines: readonly string[]): Promise<string> {
  const dir = await temporaryDir();
  await writeFile(join(dir, 'journal.ndjson'), lines.join(''));
  return dir;
}

describe('samples on disk', () => {
  it('are those of whole lines, of the run and of its steps', async () => {
    const dir = await runOf(line('a#1'), line('a#2').slice(0, -5));
    await mkdir(join(dir, 'steps', '001-c1'), { recursive: true });
    await writeFile(join(dir, 'steps', '001-c1', 'journal.ndjson'), line('a#1'));
    expect([...samplesIn(dir).keys()]).toEqual(['.: x/runc=1 a#1', 'steps/001-c1: x/runc=1 a#1']);
  });

  it('are lost when they went, or say something else', async () => {
    const dir = await runOf(line('a#1'), line('a#2'));
    const before = samplesIn(dir);
    expect(compareSamples(before, before)).toEqual({ lost: [], doubled: [] });
    const later = samplesIn(await runOf(line('a#2', 'failed')));
    expect(compareSamples(before, later).lost).toEqual(['.: x/runc=1 a#1', '.: x/runc=1 a#2']);
    await appendFile(join(dir, 'journal.ndjson'), line('a#1'));
    expect(compareSamples(before, samplesIn(dir))).toEqual({ lost: [], doubled: ['.: x/runc=1 a#1'] });
  });

  it('are compared by name, each once', () => {
    expect(compareNames(['a', 'b'], ['b', 'a'])).toEqual({ lost: [], doubled: [] });
    expect(compareNames(['a', 'b'], ['b', 'b', 'c'])).toEqual({ lost: ['a'], doubled: ['b', 'c'] });
  });
});

describe('an answer', () => {
  const report = (...ids: readonly string[]) =>
    JSON.stringify({ cells: [{ id: 'x/runc=1', samples: ids.map((id) => ({ id, files: [`${id}.log`] })) }] });

  it('has all that was taken and planned, with its evidence', async () => {
    const dir = await runOf(line('a#1'), line('a#2'));
    await writeFile(join(dir, 'report.json'), report('a#1'));
    await writeFile(join(dir, 'report.json.x.tmp'), '');
    expect(outcomeOf(dir, ['.: x/runc=1 a#1', '.: x/runc=1 a#3'])).toMatchObject({
      lost: ['.: x/runc=1 a#2', '.: x/runc=1 a#3'],
      doubled: [],
      faults: [
        expect.stringContaining('a#1: its evidence is not all there'),
        expect.stringContaining('report.json.x.tmp is left'),
      ],
    });
  });

  it('of a bisection counts the outcomes of each step', async () => {
    const finding = (outcomes: number, step: string) =>
      `${JSON.stringify({ type: 'samples', dir: step, outcomes: Array(outcomes).fill({}) })}\n`;
    const dir = await runOf(finding(2, 'steps/001-c1'), finding(1, 'steps/003-c3'));
    for (const [step, samples] of [
      ['001-c1', line('a#1')],
      ['002-c2', line('a#1')],
      ['003-c3', line('a#1')],
    ] as const) {
      await mkdir(join(dir, 'steps', step), { recursive: true });
      await writeFile(join(dir, 'steps', step, 'journal.ndjson'), samples);
    }
    await writeFile(join(dir, 'bisect.json'), JSON.stringify({ samples: 4 }));
    expect(outcomeOf(dir, undefined)).toMatchObject({
      lost: ['steps/002-c2: x/runc=1 a#1'],
      doubled: ['steps/001-c1: of nobody, 1'],
      faults: ['it counts 4 samples, and its journal 3'],
    });
  });
});
