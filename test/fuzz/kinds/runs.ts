/** The folder of a run: its journal, and the files that say what was asked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { openJournal } from '../../../scripts/bisect/journal.ts';
import { readRequest as readBisectRequest } from '../../../scripts/bisect/request.ts';
import { withContext } from '../../../scripts/commands/context.ts';
import { armShape, askedOf, foundIn, keepRequest } from '../../../scripts/commands/request.ts';
import { planOf } from '../../../scripts/commands/run.ts';
import { recordBuilds } from '../../../scripts/runner/builds.ts';
import { appendSample, readJournal, setAside } from '../../../scripts/runner/journal.ts';
import { questionOf } from '../../../scripts/runner/question.ts';
import { openRunFolder } from '../../../scripts/runner/run-folder.ts';
import { twoCells } from '../../fixtures/reports/index.ts';
import { fakeProvider } from '../../runner/support.ts';
import { scenarioOf } from '../../scenario/fixture.ts';
import { inFolder } from '../folder.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, deepened, soup } from '../mutate.ts';

const SAMPLES = (twoCells().cells[0]?.samples ?? []).slice(0, 3);
const JOURNAL = SAMPLES.map((sample) => `${JSON.stringify({ cell: 'a', sample })}\n`).join('');

// biome-ignore format: a list of words
const LINES = [
  'null\n', '[]\n', '{}\n', '{"cell":1}\n', '{"cell":"a","sample":null}\n', '{"__proto__":1}\n', '\n', '{', '\u2028',
] as const;

export const journals = fuzzKind(
  'journals',
  fc.oneof(
    { weight: 4, arbitrary: damaged([JOURNAL], LINES) },
    { weight: 2, arbitrary: soup([...LINES, ...JOURNAL.split(/(?<=\n)/)], 12) },
    { weight: 1, arbitrary: deepened([JOURNAL]) },
  ),
  (text) =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'journal.ndjson'), text);
      const cells = await readJournal(dir);
      const ids = [...cells].map(([cell, samples]) => [cell, samples.map(({ id }) => id)]);
      const [first] = SAMPLES;
      if (first !== undefined) await appendSample(dir, 'new', { ...first, id: 'new#1' });
      const again = await readJournal(dir);
      must(again.get('new')?.some(({ id }) => id === 'new#1') === true, 'what is added is there');
      const rest = [...again].flatMap(([cell, samples]) =>
        cell === 'new' && !cells.has('new') ? [] : [[cell, samples.map(({ id }) => id)]],
      );
      if (!cells.has('new')) must(JSON.stringify(rest) === JSON.stringify(ids), 'reading loses nothing');
      await setAside(dir, new Set(['a']));
      must((await readJournal(dir)).has('a') === false, 'what is set aside is gone');
    }),
);

const FINDINGS = [
  { type: 'built', revision: 'a', digest: 'b', seconds: 1 },
  { type: 'skip', revision: 'a', reason: 'x', transient: true, seconds: 1 },
  {
    type: 'samples',
    revision: 'a',
    purpose: 'old',
    outcomes: [{ judged: 'bad' }],
    seconds: 1,
    startSeconds: 0,
    dir: '.',
  },
];
const BISECT_JOURNAL = FINDINGS.map((one) => `${JSON.stringify(one)}\n`).join('');

export const bisectJournals = fuzzKind(
  'bisect-journals',
  fc.oneof(damaged([BISECT_JOURNAL], LINES), deepened([BISECT_JOURNAL])),
  (text) =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'journal.ndjson'), text);
      await answered(() => openJournal(join(dir, 'journal.ndjson')));
    }),
);

const SCENARIO = scenarioOf({ axes: { runc: ['1.1.5', '1.1.15'] } });
const PLACED = SCENARIO.cells.map((cell) => ({ ...cell, provider: { kind: 'docker' } }));
const QUESTION = JSON.stringify(questionOf(SCENARIO, PLACED));
const RECIPE = JSON.stringify({
  scenario: 'smoke',
  cwd: '/',
  filter: [],
  set: ['runc=1.1.5'],
  repo: [],
  samples: 2,
});
const BUILDS = JSON.stringify({ [SCENARIO.cells[0]?.id ?? '']: { runc: { build: 'x', sha256: 'y' } } });
const REQUEST = JSON.stringify({
  schema: 'repro.request/1',
  verb: 'verify',
  startedAt: '2026-01-02T03:04:05.000Z',
  command: ['repro'],
  resumed: [{ at: '2026-01-02T03:04:05.000Z' }],
  question: {
    scenario: 'smoke',
    filter: [],
    set: [],
    repo: [],
    baseline: '1.1.5',
    candidate: '1.1.15',
    samples: 2,
    seed: 1,
  },
});

const FORM = { schema: z.object(armShape), required: ['baseline', 'candidate'], defaults: {} };

const json = (...texts: readonly string[]) =>
  fc.oneof({ weight: 3, arbitrary: damaged(texts) }, { weight: 1, arbitrary: deepened(texts) });

withContext({
  signal: new AbortController().signal,
  makeProvider: async () => fakeProvider(() => ({})),
});

/** `run.json`, `request.json`, `question.json`, `builds.json`, and a bisection's `bisect.json`, as `--resume` reads them. */
export const recipes = fuzzKind(
  'recipes',
  fc.record({ run: json(RECIPE), request: json(REQUEST), question: json(QUESTION), builds: json(BUILDS) }),
  ({ run, request, question, builds }) =>
    inFolder(async (dir) => {
      const texts = {
        'run.json': run,
        'request.json': request,
        'question.json': question,
        'builds.json': builds,
      };
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text);
      writeFileSync(join(dir, 'journal.ndjson'), JOURNAL);
      await answered(() => planOf(dir));
      await answered(() => readBisectRequest(dir));
      const asked = await answered(() => askedOf('verify', { resume: dir }, FORM));
      if (asked !== undefined) {
        const kept = { dir, command: ['repro'], scenario: SCENARIO, notice: () => undefined };
        await answered(() => keepRequest(asked, kept));
        must((await answered(() => askedOf('verify', { resume: dir }, FORM))) !== undefined, 'it is kept');
      }
      await foundIn(dir);
      await answered(() => recordBuilds(dir, []));
      await answered(async () => {
        await using folder = await openRunFolder(dir, SCENARIO_CELLS, { asChanged: true });
        must(folder.difference === undefined || folder.difference.lines.length > 0, 'a difference has words');
      });
    }),
);

const SCENARIO_CELLS = { scenario: SCENARIO, cells: SCENARIO.cells };
