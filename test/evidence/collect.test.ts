/** The kernel log of a machine, read piece by piece. */
import { describe, expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { fakeMachine } from '../suites/support.ts';

const KILL =
  'Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0';

/** A guest's ring buffer: `says` adds a line to it. */
function guest() {
  let buffer = '';
  const asked: string[] = [];
  const says = (line: string) => {
    buffer += `[    1.000000] ${line}\n`;
  };
  const machine = fakeMachine((text) => {
    asked.push(text);
    let stdout = '';
    for (const command of text.split('; ')) {
      if (command === 'dmesg -c') [stdout, buffer] = [stdout + buffer, ''];
      const mark = /echo '(.*)' >\/dev\/kmsg/.exec(command)?.[1];
      if (mark !== undefined) says(mark);
    }
    return { stdout };
  });
  return { log: new KernelLog(machine), says, asked };
}

describe('KernelLog', () => {
  it('tells what was said in a sample from what was said before it and between two', async () => {
    const { log, says } = guest();
    says('boot');
    await log.begin('start#1');
    says('one');
    expect(await log.end('start#1', [])).toBe(
      '[    1.000000] repro: sample start#1 begin\n[    1.000000] one\n[    1.000000] repro: sample start#1 end\n',
    );
    says('between');
    await log.begin('start#2');
    says(KILL);
    expect(await log.end('start#2', [])).not.toContain('between');
    expect(log.text.match(/boot|one|between|Killed/g)).toEqual(['boot', 'one', 'between', 'Killed']);
    expect(log.findings('start#2').oomKills).toMatchObject([{ process: 'dd', sample: 'start#2' }]);
    expect(log.findings('start#1').oomKills).toEqual([]);
  });

  it('what is said between two samples is of neither', async () => {
    const { log, says } = guest();
    await log.begin('start#1');
    await log.end('start#1', []);
    says('BUG: unable to handle page fault');
    await log.begin('start#2');
    await log.end('start#2', []);
    expect(log.findings('start#1').kernelEvents).toEqual([]);
    expect(log.findings('start#2').kernelEvents).toEqual([]);
    expect(log.findings(undefined).kernelEvents).toHaveLength(1);
  });

  it('takes what there is where the mark of the beginning is lost', async () => {
    const { log, says } = guest();
    await log.begin('start#1');
    await log.end('start#1', []);
    says('late');
    expect(await log.end('start#2', [])).toContain('late');
  });

  it('reads the long log of the boot before the first sample, and once a sample from then on', async () => {
    const { log, asked } = guest();
    for (const sample of ['start#1', 'start#2']) {
      await log.begin(sample);
      await log.end(sample, []);
    }
    expect(asked.map((text) => text.includes('dmesg -c'))).toEqual([true, true, false, true]);
  });
});
