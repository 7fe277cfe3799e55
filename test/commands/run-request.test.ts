import { expect, it } from 'vitest';
import {
  begunOf,
  goneOnWith,
  type RunRequest,
  readRequest,
  writeRequest,
} from '../../scripts/commands/run-request.ts';
import { temporaryDir } from '../vm/support.ts';

const request: RunRequest = {
  scenario: 'smoke',
  filter: [],
  set: [],
  startedAt: '2026-01-02T03:04:05.000Z',
  command: ['repro', 'run', 'smoke'],
  resumed: [],
};

it('a run that was killed before its first report is one that was gone on with, as often as it was', async () => {
  const dir = await temporaryDir();
  let kept = request;
  for (let times = 1; times <= 3; times++) {
    const begun = begunOf(kept, undefined, new Map());
    if (begun === undefined) throw new Error('it does not know when it began');
    expect(begun).toMatchObject({ command: request.command, startedAt: new Date(request.startedAt ?? 0) });
    expect(begun.resumed).toHaveLength(times);
    await writeRequest(dir, goneOnWith(kept, begun));
    kept = await readRequest(dir);
  }
});

it('one of an older version, without a report, is not', () => {
  const { startedAt: _, command: __, ...older } = request;
  expect(begunOf(older, undefined, new Map())).toBeUndefined();
});
