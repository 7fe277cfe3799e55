import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../scripts/floor/cells.ts';
import { type FloorRequest, findFloors } from '../../scripts/floor/driver.ts';
import { pageOf } from '../../scripts/floor/page.ts';
import type { SearchOptions } from '../../scripts/floor/search.ts';
import { ArtifactError, MachineError } from '../../scripts/lib/errors.ts';
import { answerSection } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { readReport } from '../../scripts/report/json.ts';
import { type Answer, experimentOf, fakeStore, requestOf, started } from '../runner/support.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const MI = 1024 ** 2;
const OPTIONS: SearchOptions = {
  from: MI,
  to: 16 * MI,
  step: MI,
  rate: 0.5,
  confidence: 0.95,
  budget: 200,
};
const scenario = scenarioOf({
  suite: { id: 'oci', cases: ['start'] },
  axes: { runc: ['1.1.5', '1.1.15'], memoryLimit: ['4Mi', '8Mi'] },
  symptom: { oomKill: {} },
  expect: [{ when: {}, verdict: 'good' }],
});

async function requestFor(answer: Answer, options = OPTIONS) {
  const dir = await temporaryDir();
  const { request, events, provider } = requestOf(dir, scenario, answer);
  const cells = cellsOf('oci', scenario.cells, options.budget);
  const floorRequest: FloorRequest = {
    ...experimentOf(request),
    cells,
    options,
  };
  return { request: floorRequest, events, provider, dir };
}

/** The limit that a container of the oci suite is started with. */
const limitOf = ({ text }: Parameters<Answer>[0]) => Number(/"memory":\{"limit":(\d+)\}/.exec(text)?.[1]);

/** What the oci suite's script prints of a container that runc could not create. */
const refused = (call: Parameters<Answer>[0]) => ({
  stdout: (started(call).stdout ?? '')
    .replace('create.code:0', 'create.code:1')
    .concat('start-1/create.err:killed\n'),
});

describe('the cells of a search', () => {
  it('are those without their limit, which nothing is expected of', () => {
    const cells = cellsOf('oci', scenario.cells, 50);
    expect(cells.map(({ id }) => id)).toEqual(['test/runc=1.1.5', 'test/runc=1.1.15']);
    expect(cells[0]).toMatchObject({ axes: { runc: '1.1.5' }, samples: 50, expect: undefined });
    expect(cells[0]?.params).not.toHaveProperty('memoryLimit');
  });
});

describe('findFloors', () => {
  it('finds the floor of every cell, each on one machine', async () => {
    const { request, provider, dir } = await requestFor((call) =>
      limitOf(call) < 6 * MI ? refused(call) : started(call),
    );
    const { floors, report } = await findFloors(request, signal);
    expect(floors.floors).toMatchObject([
      { cell: 'test/runc=1.1.5', case: 'start', certified: 6 * MI, unreliable: 5 * MI, failedAt: 5 * MI },
      { cell: 'test/runc=1.1.15', certified: 6 * MI, why: undefined, cgroupDriver: 'cgroupfs' },
    ]);
    expect(provider).toMatchObject({ most: 1, alive: 0 });
    expect(provider.specs).toHaveLength(2);
    expect((await readReport(dir)).report.cells).toHaveLength(2);
    expect(JSON.parse(await readFile(join(dir, 'floor.json'), 'utf8'))).toMatchObject({
      schema: 'repro.floor/2',
      ...OPTIONS,
    });
    const text = renderText(pageOf(floors), 100);
    expect(text).toMatch(/^runc=1\.1\.5 .* 6Mi {4}5Mi–6Mi {3}5Mi /m);
    expect(text).toMatch(/clean in 7 of 7|clean in 1\d of 1\d/);
    expect(renderMarkdown(pageOf(floors))).toContain('| 6Mi | 5Mi–6Mi | 5Mi |');
    const html = renderHtml(report, answerSection(pageOf(floors)));
    expect(html).toContain('Every limit that was tried');
    expect(html).toContain('<td>5Mi–6Mi</td>');
  });

  it('has no floor where everything fails, and says why', async () => {
    const { request } = await requestFor(refused);
    const { floors } = await findFloors(request, signal);
    expect(floors.floors[0]).toMatchObject({ certified: undefined, failedAt: 16 * MI });
    expect(renderText(pageOf(floors), 200)).toContain('no floor: it fails at the largest limit, too');
    expect(renderText(pageOf(floors), 200)).toMatch(/○ inconclusive {2}16Mi–\? /);
  });

  it('has no floor where the samples end first', async () => {
    const { request } = await requestFor((call) => started(call), { ...OPTIONS, budget: 5 });
    const { floors } = await findFloors(request, signal);
    expect(floors.floors[0]).toMatchObject({ samples: 5, why: 'the samples ended', certified: undefined });
  });

  it('a machine that is lost, or never answers, is no failure at any limit', async () => {
    let calls = 0;
    const { request } = await requestFor((call) => {
      if (++calls === 3) {
        call.lose(new MachineError('panic', 'kernel panic: oops'));
        throw new MachineError('panic', 'kernel panic: oops');
      }
      if (calls > 3) return { stdout: '', stderr: 'what?' };
      return started(call);
    });
    const { floors } = await findFloors(request, signal);
    expect(floors.floors[0]?.why).toContain('kernel panic');
    expect(floors.floors[1]?.why).toMatch(/^no answer 3 times in a row: .*said nothing/);
    expect(floors.floors.flatMap(({ tried }) => tried.filter(({ failed }) => failed > 0))).toEqual([]);
  });

  it('a cell that can not be had has no floor, and the others have', async () => {
    const { request } = await requestFor((call) => started(call));
    const store = fakeStore(({ spec }) => {
      if (spec === '1.1.5') throw new ArtifactError('no-package', 'no runc 1.1.5');
    });
    const { floors } = await findFloors({ ...request, store }, signal);
    expect(floors.floors).toMatchObject([
      { certified: undefined, why: 'no runc 1.1.5' },
      { certified: MI, unreliable: undefined, failedAt: undefined },
    ]);
    expect(renderText(pageOf(floors), 100)).toMatch(/ 1Mi +0–1Mi +never/);
  });
});
