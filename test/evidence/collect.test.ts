/** The kernel log of a machine, read as it comes. */
import { describe, expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { fakeMachine } from '../suites/support.ts';

const KILL =
  'Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0';
/** The priority of what a program writes to /dev/kmsg. */
const USER = 12;

function guest() {
  const machine = fakeMachine(() => ({}));
  const log = new KernelLog(machine);
  log.follow();
  return { log, kernel: machine.kernelLog, machine };
}

describe('KernelLog', () => {
  it('tells what was said in a sample from what was said before it and between two', async () => {
    const { log, kernel } = guest();
    kernel.says('boot');
    await log.begin('start#1');
    kernel.says('one');
    expect(await log.end('start#1', [])).toEqual({
      text: 'repro: sample start#1 begin\nkern  :warn  : [    1.000000] one\nrepro: sample start#1 end\n',
      incomplete: undefined,
    });
    kernel.says('between');
    await log.begin('start#2');
    kernel.says(KILL);
    expect((await log.end('start#2', [])).text).not.toContain('between');
    expect(log.text.match(/boot|one|between|Killed/g)).toEqual(['boot', 'one', 'between', 'Killed']);
    expect(log.findings('start#2').oomKills).toMatchObject([{ process: 'dd', sample: 'start#2' }]);
    expect(log.findings('start#1').oomKills).toEqual([]);
  });

  it('a kill in a cgroup that is named after an earlier sample leaves both in doubt', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    await log.end('start#1', []);
    await log.begin('start#2');
    kernel.says(
      `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/start-1,task_memcg=/start-1,task=dd,pid=7,uid=0\n${KILL}`,
    );
    const why = 'an OOM kill came while start#2 ran, in a cgroup that is named after start#1';
    expect((await log.end('start#2', [])).incomplete).toContain(why);
    expect(log.takeLate()).toEqual(['start#1']);
    expect(log.takeLate()).toEqual([]);
    expect(log.doubtOf('start#1')).toContain(why);
    expect(log.findings(undefined).oomKills).toMatchObject([{ sample: undefined }]);
  });

  it('what is said between two samples is of neither', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    await log.end('start#1', []);
    kernel.says('BUG: unable to handle page fault');
    await log.begin('start#2');
    await log.end('start#2', []);
    expect(log.findings('start#1').kernelEvents).toEqual([]);
    expect(log.findings('start#2').kernelEvents).toEqual([]);
    expect(log.findings(undefined).kernelEvents).toHaveLength(1);
  });

  it('runs no command in the guest, and writes nothing to its log', async () => {
    const { log, machine } = guest();
    await log.begin('start#1');
    await log.end('start#1', []);
    expect(machine.commands).toEqual([]);
  });

  it('marks that a workload writes mark nothing', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    for (const text of ['repro: sample start#1 end', 'repro: sample start#2 begin']) kernel.says(text, USER);
    kernel.says(KILL);
    const { text } = await log.end('start#1', []);
    expect(log.findings('start#1').oomKills).toHaveLength(1);
    expect(text).toContain('user  :warn  : [    1.000000] repro: sample start#1 end\n');
  });

  it('a kill or a panic that a workload writes is none, and shown as its own', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    kernel.says('Kernel panic - not syncing: forged', USER);
    kernel.says(KILL, USER);
    const { text, incomplete } = await log.end('start#1', []);
    expect(log.findings('start#1')).toEqual({ oomKills: [], kernelEvents: [] });
    expect(incomplete).toBeUndefined();
    expect(text.match(/^user {2}:warn/gm)).toHaveLength(2);
  });

  it('says which sample has a gap, and of no other', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    kernel.says('one');
    await log.end('start#1', []);
    await log.begin('start#2');
    kernel.loses(3);
    kernel.says('two');
    expect((await log.end('start#2', [])).incomplete).toContain('a gap of 3 records');
    await log.begin('start#3');
    expect((await log.end('start#3', [])).incomplete).toBeUndefined();
  });

  it('a kill that only the count shows makes the sample incomplete; one that is late does not', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    kernel.oomKills = 1;
    expect((await log.end('start#1', [])).incomplete).toContain('counted 1 OOM kill');
    await log.begin('start#2');
    kernel.oomKills = 1;
    const late = log.end('start#2', []);
    kernel.says(KILL);
    expect((await late).incomplete).toBeUndefined();
  });

  it('keeps so much of a flood, and says what it left out; kills of its time count all the same', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    for (let n = 0; n < 6000; n++) kernel.says('x'.repeat(1000), USER);
    kernel.says(KILL);
    const { text } = await log.end('start#1', []);
    expect(text.length).toBeLessThan(5 << 20);
    expect(text).toMatch(/repro: \d{4} more lines are left out/);
    expect(text).toContain(KILL);
    expect(log.findings('start#1').oomKills).toHaveLength(1);
  });

  it('what the kernel itself logs beyond that makes samples incomplete: nobody looked for a panic there', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    for (let n = 0; n < 33; n++) kernel.says('x'.repeat(2 ** 20));
    kernel.says('Kernel panic - not syncing: hung_task');
    expect((await log.end('start#1', [])).incomplete).toContain('the kernel logged more than 32 MiB');
    await log.begin('start#2');
    kernel.says('BUG: unable to handle page fault');
    expect((await log.end('start#2', [])).incomplete).toContain('1 of its lines were not looked at');
    await log.begin('start#3');
    expect((await log.end('start#3', [])).incomplete).toBeUndefined();
  });

  it('forgets the text of samples that are over when it is told to, and what was found stays', async () => {
    const { log, kernel } = guest();
    await log.begin('start#1');
    kernel.says(KILL);
    await log.end('start#1', []);
    log.forgetText();
    expect(log.text).toBe('');
    expect(log.findings('start#1').oomKills).toHaveLength(1);
  });
});
