import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArtifactError, InterruptedError, MachineError, UsageError } from '../../scripts/lib/errors.ts';
import { readReport } from '../../scripts/report/json.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import { runScenario } from '../../scripts/runner/run.ts';
import { temporaryDir } from '../vm/support.ts';
import { type Answer, fakeStore, requestOf, scriptScenario } from './support.ts';

const { signal } = new AbortController();
const boom = { exitCode: 1, stderr: 'boom\n' };
const hang = () => new Promise<never>(() => undefined);
const is = (version: string) => (call: Parameters<Answer>[0]) =>
  call.text.includes(`REPRO_RUNC=${version}\n`) || call.text.includes(`REPRO_RUNC='${version}'\n`);
const old = is('1.1.5');
/** The n-th sample of a cell. */
const nth = (n: number) => (call: Parameters<Answer>[0]) => call.text.includes(`script-${n}`);

describe('runScenario', () => {
  it('judges good and bad cells, and exits by the symptom', async () => {
    const dir = await temporaryDir();
    const answer: Answer = (call) => (old(call) ? { stdout: 'metric depth 3 layers\n' } : boom);
    const { request, events } = requestOf(dir, scriptScenario(), answer);
    const report = await runScenario(request, signal);
    expect(report.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'good', bad: 0, total: 2 },
      { kind: 'bad', bad: 2, total: 2 },
    ]);
    expect(report.exitCode).toBe(1);
    expect(report.cells[0]?.metrics).toEqual({ depth: { unit: 'layers', values: [3, 3] } });
    expect((await readReport(dir)).report.cells).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'run-end', exitCode: 1 });
    const stderr = join(dir, report.cells[1]?.dir ?? '', 'samples/script-1/stderr.txt');
    expect(await readFile(stderr, 'utf8')).toBe('boom\n');
  });

  it('tells what the guest had beside its components, also where no sample was judged', async () => {
    const { request } = requestOf(await temporaryDir(), scriptScenario(), () => ({ exitCode: 3 }));
    const report = await runScenario(request, signal);
    const [cell] = report.cells;
    expect(cell?.verdict.kind).toBe('skip');
    expect(cell?.machine?.system).toMatchObject({ systemd: '257', securityModules: ['capability'] });
  });

  it('a failure that is not the symptom is a skip', async () => {
    const { request } = requestOf(await temporaryDir(), scriptScenario(), () => ({ exitCode: 3 }));
    const report = await runScenario(request, signal);
    expect(report.cells[0]?.verdict).toMatchObject({ kind: 'skip' });
    expect(report.exitCode).toBe(125);
  });

  it('samples: auto ends a plain failure after a handful, and goes on with a clean cell until it is settled', async () => {
    const scenario = scriptScenario({ samples: 'auto', rate: '20%' });
    const answer: Answer = (call) => (old(call) ? {} : boom);
    const report = await runScenario(requestOf(await temporaryDir(), scenario, answer).request, signal);
    expect(report.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'good', bad: 0, total: 16, below: 0.2 },
      { kind: 'bad', bad: 3, total: 3 },
    ]);
    expect(report.cells.map(({ samples, samplesPlanned }) => [samples.length, samplesPlanned])).toEqual([
      [16, 16],
      [3, 3],
    ]);
  });

  it('a budget that ends before the claim is inconclusive, which is not good', async () => {
    const scenario = scriptScenario({ axes: { runc: ['1.1.5'] }, samples: 'auto', maxSamples: 6 });
    const report = await runScenario(requestOf(await temporaryDir(), scenario, () => ({})).request, signal);
    expect(report.cells[0]?.verdict).toMatchObject({ kind: 'skip', inconclusive: { total: 6, more: 65 } });
    expect(report.exitCode).toBe(125);
  });

  it('resuming goes on with the samples there are, and takes none when they are enough', async () => {
    const scenario = scriptScenario({ axes: { runc: ['1.1.5'] }, samples: 'auto', maxSamples: 6 });
    const dir = await temporaryDir();
    await runScenario(requestOf(dir, scenario, () => ({})).request, signal);
    const more = scriptScenario({ axes: { runc: ['1.1.5'] }, samples: 'auto', rate: '50%' });
    const again = requestOf(dir, more, () => boom, { done: await readJournal(dir) });
    const report = await runScenario(again.request, signal);
    expect(report.cells[0]?.verdict).toMatchObject({ kind: 'good', total: 6 });
    expect(again.provider.specs).toHaveLength(0);
  });

  it('a cell whose artifacts are missing is skipped, and the others run', async () => {
    const store = fakeStore(({ spec }) => {
      if (spec === '1.1.5') throw new ArtifactError('no-package', 'no runc 1.1.5 in deb:trixie');
    });
    const { request, provider } = requestOf(await temporaryDir(), scriptScenario(), () => ({}), { store });
    const report = await runScenario(request, signal);
    expect(report.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'skip', reason: 'no runc 1.1.5 in deb:trixie' },
      { kind: 'good' },
    ]);
    expect(provider.specs).toHaveLength(1);
    // The guest's time, where there was a guest.
    expect((await readReport(request.dir)).report.cells.map(({ guestMs }) => typeof guestMs)).toEqual([
      'undefined',
      'number',
    ]);
  });

  it("a user's mistake ends the run before any machine", async () => {
    const store = fakeStore(({ spec }) => {
      if (spec === '1.1.5') throw new UsageError('source', 'no such source');
    });
    const { request, provider } = requestOf(await temporaryDir(), scriptScenario(), () => ({}), { store });
    await expect(runScenario(request, signal)).rejects.toThrow('no such source');
    expect(provider.specs).toEqual([]);
  });

  it('a machine lost in a sample is a skip with its console, and earlier samples stay', async () => {
    const dir = await temporaryDir();
    const lost = new MachineError('lost', 'QEMU ended (exit code 0)');
    const answer: Answer = (call) => {
      if (!old(call) || !nth(2)(call)) return {};
      call.lose(lost);
      return hang();
    };
    const { request, provider } = requestOf(dir, scriptScenario({ samples: 3 }), answer);
    const report = await runScenario(request, signal);
    const [first, second] = report.cells;
    expect(first?.verdict.kind).toBe('skip');
    expect(first?.verdict).toHaveProperty('reason', expect.stringContaining('kernel panic: oops'));
    expect(first?.consoleTail).toEqual(['[ 9.1] Kernel panic']);
    expect(first?.samples.map(({ outcome }) => outcome)).toEqual(['passed', 'error']);
    expect(second?.verdict).toMatchObject({ kind: 'good', total: 3 });
    expect(provider.alive).toBe(0);
  });

  it('a sample without an answer in time is not judged, and the next one runs', async () => {
    const scenario = scriptScenario({ axes: { runc: ['1.1.5'] } });
    const cells = scenario.cells.map((cell) => ({ ...cell, timeout: 5 }));
    const answer: Answer = (call) => (nth(1)(call) ? hang() : {});
    const { request } = requestOf(await temporaryDir(), scenario, answer, { cells });
    const [cell] = (await runScenario(request, signal)).cells;
    expect(cell?.samples.map(({ judged }) => judged)).toEqual(['unjudged', 'good']);
    expect(cell?.samples[0]?.because).toBe("no answer within the sample's 5 s");
    expect(cell?.verdict.kind).toBe('skip');
  });

  it('an interrupt writes the report, and the journal resumes without repeating', async () => {
    const dir = await temporaryDir();
    const stop = new AbortController();
    const ran: string[] = [];
    const remember = (call: Parameters<Answer>[0]) => {
      ran.push(`${old(call) ? '1.1.5' : '1.1.15'} ${/script-\d+/.exec(call.text)?.[0]}`);
    };
    const first = requestOf(dir, scriptScenario(), (call) => {
      remember(call);
      if (!old(call) && nth(2)(call)) {
        stop.abort(new InterruptedError());
        return hang();
      }
      return {};
    });
    const interrupted = await runScenario(first.request, stop.signal);
    expect(interrupted).toMatchObject({ interrupted: true, exitCode: 130 });
    const stored = (await readReport(dir)).report;
    expect(stored.interrupted).toBe(true);
    expect(stored.cells.map(({ samples }) => samples.length)).toEqual([2, 1]);
    expect(first.provider.alive).toBe(0);

    ran.length = 0;
    const second = requestOf(
      dir,
      scriptScenario(),
      (call) => {
        remember(call);
        return {};
      },
      { done: await readJournal(dir), earlier: stored.cells },
    );
    const report = await runScenario(second.request, signal);
    expect(ran).toEqual(['1.1.15 script-2']);
    expect(second.provider.specs).toHaveLength(1);
    expect(report).toMatchObject({ interrupted: false, exitCode: 0 });
    expect(report.cells.map(({ samples }) => samples.length)).toEqual([2, 2]);
  });

  it('cells that an interrupt kept from running are in the report', async () => {
    const stop = new AbortController();
    const { request } = requestOf(await temporaryDir(), scriptScenario(), () => {
      stop.abort(new InterruptedError());
      return hang();
    });
    const report = await runScenario(request, stop.signal);
    expect(report.cells.map(({ verdict }) => verdict)).toMatchObject([
      { kind: 'skip' },
      { kind: 'skip', reason: 'interrupted before it ran' },
    ]);
  });

  it('writes the report after each cell', async () => {
    const dir = await temporaryDir();
    const seen: unknown[] = [];
    const { request } = requestOf(dir, scriptScenario({ samples: 1 }), async () => {
      const there = existsSync(join(dir, 'report.json'));
      seen.push(there ? (await readReport(dir)).report.cells.length : 0);
      return {};
    });
    await runScenario(request, signal);
    expect(seen).toEqual([0, 1]);
  });

  it('runs no more cells at once than it may', async () => {
    const scenario = scriptScenario({ axes: { runc: ['1.1', '1.2', '1.3', '1.4', '1.5'] } });
    const answer: Answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {};
    };
    const { request, provider } = requestOf(await temporaryDir(), scenario, answer, { jobs: 2 });
    await runScenario(request, signal);
    expect(provider.most).toBe(2);
    expect(new Set(provider.specs.map(({ id }) => id)).size).toBe(5);
  });
});
