/** A kernel's log that is of others, too: what of it is one machine's. */
import { describe, expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { fakeMachine } from '../suites/support.ts';

const ID = 'ac9ece4f79cc2ccab35530acc5bd75ef626e89c5dd2cbbad22d0f67d30bfb0bb';
const OTHER = 'fd2b97e1f1dee93d98e103bbd166d5905c8b056e760ebf1b2156de8d4f74ac15';

/** As Linux 6.18 says it. */
function report(limit: string, victim: string, name = 'dd', pid = 7): string {
  const constraint =
    limit === '' ? 'CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom' : undefined;
  const memcg = `CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${limit}`;
  return [
    `${name} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
    'memory: usage 20480kB, limit 20480kB, failcnt 12',
    `Memory cgroup stats for ${limit || '/'}:`,
    `oom-kill:constraint=${constraint ?? memcg},task_memcg=${victim},task=${name},pid=${pid},uid=0`,
    killed(limit === '' ? 'Out of memory' : 'Memory cgroup out of memory', name, pid),
  ].join('\n');
}
const killed = (why: string, name = 'dd', pid = 7) =>
  `${why}: Killed process ${pid} (${name}) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0`;

function container() {
  const machine = fakeMachine(() => ({}));
  const log = new KernelLog({ ...machine, sharedLog: { whose: "this host's", cgroup: ID } });
  log.follow();
  return { log, kernel: machine.kernelLog };
}

describe('the log of a host, for one of its machines', () => {
  it("has the machine's kills, with paths as the machine has them, and nobody else's", async () => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says(report(`/docker/${OTHER}/x`, `/docker/${OTHER}/x`, 'other', 5));
    kernel.says(report(`/docker/${ID}/kubepods/pod1`, `/docker/${ID}/kubepods/pod1/c`));
    kernel.says(report('/repro-build-1', '/repro-build-1', 'cc', 6));
    const { text, incomplete } = await log.end('start#1', []);
    expect(incomplete).toBeUndefined();
    expect(log.findings('start#1').oomKills).toMatchObject([
      {
        process: 'dd',
        memcg: '/kubepods/pod1/c',
        oomMemcg: '/kubepods/pod1',
        constraint: 'memcg',
        limitKiB: 20480,
      },
    ]);
    expect(text).toContain('dd invoked oom-killer');
    expect(text).toContain('Killed process 7 (dd)');
    expect(text).not.toMatch(/other|repro-build|\(cc\)/);
    expect(log.text).toMatch(/^repro: the kernel's log is this host's; /);
  });

  it.each([
    [`/system.slice/docker-${ID}.scope/system.slice/a.service`, '/system.slice/a.service'],
    [`/machine.slice/libpod-${ID}.scope/container/init.scope`, '/init.scope'],
    [`/docker/${ID}/docker/${OTHER}`, `/docker/${OTHER}`],
  ])('knows the machine by its cgroup however engines name that: %s', async (path, own) => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says(report(path, path));
    await log.end('start#1', []);
    expect(log.findings('start#1').oomKills).toMatchObject([{ memcg: own, constraint: 'memcg' }]);
  });

  it("takes the machine's own limit for what a node takes running out of memory for", async () => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says(report(`/docker/${ID}`, `/docker/${ID}/system.slice/a.service`));
    await log.end('start#1', ['dd']);
    const [kill] = log.findings('start#1').oomKills;
    expect(kill).toMatchObject({ constraint: 'none', memcg: '/system.slice/a.service', expected: false });
    expect(kill?.oomMemcg).toBeUndefined();
  });

  it.each([
    ['the host ran out', report('', `/docker/${ID}/a`), /the memory of the host ran out, not the machine's/],
    ['a limit above it did', report('/docker', `/docker/${ID}/a`), /the limit of \/docker ran out/],
    [
      'a kill came without its report',
      killed('Memory cgroup out of memory'),
      /without a report.*can't be told/,
    ],
  ])('leaves a sample unjudged where %s', async (_, said, why) => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says(said);
    expect((await log.end('start#1', [])).incomplete).toMatch(why);
    expect(log.findings('start#1').oomKills).toEqual([]);
  });

  it("takes no event of the host's for the machine's, and no line that a program wrote", async () => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says('BUG: unable to handle page fault for address: 0');
    kernel.says(`a program's line with ${ID}`, 12);
    kernel.says(`cgroup: fork rejected by pids controller in /docker/${ID}/a`);
    const { text } = await log.end('start#1', []);
    expect(log.findings('start#1').kernelEvents).toEqual([]);
    expect(text).toContain('fork rejected');
    expect(text).not.toMatch(/page fault|program's line/);
    expect(log.warnings.list).toEqual([]);
  });

  it("keeps the further victims of the machine's kills, and not those of the next one", async () => {
    const { log, kernel } = container();
    await log.begin('start#1');
    kernel.says(report(`/docker/${ID}/a`, `/docker/${ID}/a`));
    kernel.says(`Tasks in /docker/${ID}/a are going to be killed due to memory.oom.group set`);
    kernel.says(killed('Memory cgroup out of memory', 'sh', 8));
    kernel.says('oom_reaper: reaped process 8 (sh), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB');
    kernel.says(report(`/docker/${OTHER}`, `/docker/${OTHER}`, 'other', 9));
    const { text } = await log.end('start#1', []);
    expect(log.findings('start#1').oomKills.map(({ process }) => process)).toEqual(['dd', 'sh']);
    expect(text).toMatch(/\(dd\)[\s\S]*\(sh\)[\s\S]*reaped process 8/);
    expect(text).not.toContain('other');
  });
});
