/** The question that started it, asked of real machines through the command that a user types. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportCell } from '../../scripts/model/cell.ts';
import type { Report } from '../../scripts/model/report.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();

describe.skipIf(skip)('repro run containerd16-cgroupfs', () => {
  let report: Report;
  let stderr: string;
  let status: number | null;

  beforeAll(async () => {
    const result = await cli.run([
      'run',
      'containerd16-cgroupfs',
      '--samples',
      '2',
      '--out',
      'run',
      '--json',
    ]);
    stderr = result.stderr;
    status = result.code;
    report = JSON.parse(result.stdout);
  });

  const cell = (runc: string): ReportCell => {
    const found = report.cells.find(({ axes }) => axes.runc === runc);
    if (found === undefined) throw new Error(`no cell with runc ${runc}: ${stderr}`);
    return found;
  };

  it('finds runc 1.1.5 good and 1.1.15 bad, as expected', () => {
    expect(cell('1.1.5').verdict).toMatchObject({ kind: 'good', bad: 0, total: 6 });
    expect(cell('1.1.15').verdict).toMatchObject({ kind: 'bad', total: 6 });
    expect(status).toBe(0);
  });

  it('shows the kernel killing the init of runc in the cgroup of the pod', () => {
    const kills = cell('1.1.15').oomKills.filter((kill) => kill.process === 'runc:[2:INIT]');
    expect(kills.length).toBeGreaterThan(0);
    // Whether the sandbox's init (-998) or a container's is killed is a matter of when the copy reaches the limit.
    for (const kill of kills) {
      expect(kill).toMatchObject({ constraint: 'memcg', expected: false });
      expect(kill.line).toMatch(/^Memory cgroup out of memory: Killed process \d+ \(runc:\[2:INIT\]\)/);
      expect(kill.memcg).toMatch(/^\/kubepods\/burstable\/pod/);
    }
  });

  it('does not take the kills that the tests provoke for the symptom', () => {
    const kills = cell('1.1.5').oomKills;
    expect(kills.length).toBeGreaterThan(0);
    expect(kills.every((kill) => kill.process === 'dd' && kill.expected)).toBe(true);
  });

  it('measures memory.peak of the two far apart', () => {
    const peaks = (one: ReportCell) =>
      one.samples
        .filter((sample) => sample.case === 'pod-start')
        .map((sample) => sample.metrics['memory.peak']?.value ?? 0);
    expect(Math.min(...peaks(cell('1.1.15')))).toBeGreaterThan(1.5 * Math.max(...peaks(cell('1.1.5'))));
  });

  it('says what was installed and what containerd really ran', () => {
    const { artifacts, guest, machine } = cell('1.1.15');
    expect(artifacts.runc).toMatchObject({ version: '1.1.15', source: 'deb:trixie' });
    expect(artifacts.containerd?.version).toMatch(/^1\.6\./);
    expect(guest.runc).toMatchObject({
      path: '/usr/sbin/runc',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(guest.runc?.sha256).not.toBe(cell('1.1.5').guest.runc?.sha256);
    expect(guest.kernel?.reported).toBe(machine?.kernel);
  });

  it('keeps the raw logs and a page beside the report', () => {
    const at = (file: string) => cli.at('run', file);
    expect(existsSync(at('report.html'))).toBe(true);
    expect(readFileSync(at(join(cell('1.1.15').dir, 'kernel.log')), 'utf8')).toContain('runc:[2:INIT]');
    expect(readFileSync(at(join(cell('1.1.15').dir, 'console.log')), 'latin1')).toContain('repro: ready');
    for (const sample of cell('1.1.15').samples) {
      for (const file of sample.files) expect(existsSync(at(file))).toBe(true);
    }
  });

  it('needs no network when it was run before', async () => {
    const args = ['--filter', 'runc=1.1.5', '--samples', '1', '--offline', '--out', 'offline', '--json'];
    const again = await cli.run(['run', 'containerd16-cgroupfs', ...args]);
    expect(JSON.parse(again.stdout).cells[0].verdict).toMatchObject({ kind: 'good', total: 3 });
    expect(again.code, again.stderr).toBe(0);
  });
});
