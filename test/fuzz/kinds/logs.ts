/** What kernels and consoles say. */
import fc from 'fast-check';
import { KernelLog } from '../../../scripts/evidence/collect.ts';
import { findKernelEvents } from '../../../scripts/evidence/kernel-events.ts';
import { parseKernelLog } from '../../../scripts/evidence/kernel-log.ts';
import { attributeOomKills } from '../../../scripts/evidence/marks.ts';
import { Warnings } from '../../../scripts/evidence/warnings.ts';
import { consoleState, consoleTail } from '../../../vm/console.ts';
import { fakeMachine } from '../../suites/support.ts';
import { corpus } from '../corpus.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, endless, soup } from '../mutate.ts';

const LOGS = corpus('test/fixtures/kernel-log', /\.txt$/);

// biome-ignore format: a list of words
const LOG_WORDS = [
  '[    1.000000] ', '<3>[ 1.5] ', 'kern  :err   : [    1.000000] ', 'user  :warn  : [    1.000000] ', '\n', '\r\n',
  'repro: sample start#1 begin', 'repro: sample start#1 end', 'oom-kill:constraint=CONSTRAINT_MEMCG,', 'oom-kill:constraint=constructor,', ',oom_memcg=/a',
  'Memory cgroup out of memory: Killed process 12 (runc) total-vm:1kB, anon-rss:1kB, file-rss:2kB, shmem-rss:3kB',
  ', UID:0 pgtables:1kB oom_score_adj:-997', ',task_memcg=/a/start-1,', ',task=runc,pid=1,uid=0', ',task=', 'memory: usage 1kB, limit 2kB, failcnt 3',
  'Memory cgroup stats for /a:', 'Tasks in /a are going to be killed due to memory.oom.group set', 'Tasks state (memory values in pages):',
  'Kernel panic - not syncing: x', 'BUG: unable to handle', 'WARNING: CPU: 0 ', 'watchdog: BUG: soft lockup', 'Oops: ',
  'invoked oom-killer: gfp_mask=0x0', 'INFO: task x:1 blocked for more than 1 seconds', 'x[1]: segfault at 0 ', '[C1] ', '[T12] ',
  ': OOM victim 1 (', ') is already exiting. Skip killing the task', 'traps: a[1] general protection', '\\x1b', 'rcu: INFO: ',
  'time="2026-01-01T00:00:00Z" level=warning msg="', '"level":"error"', '"time":"', 'repro: ready', 'repro-init: FATAL ', '\x1b]0;',
] as const;

const texts = fc.oneof(
  { weight: 6, arbitrary: damaged(LOGS, LOG_WORDS) },
  { weight: 6, arbitrary: soup(LOG_WORDS, 120) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 1, arbitrary: endless(LOG_WORDS) },
);

export const kernelLogs = fuzzKind('kernel-logs', texts, (text) => {
  const { entries } = parseKernelLog(text);
  const kills = attributeOomKills(entries, new Map([['start#1', ['runc']]]));
  must(
    kills.every(({ pid }) => Number.isInteger(pid)),
    'a killed process has a number',
  );
  findKernelEvents(entries);
});

/** A serial console, and logs of runtimes that suites keep. */
export const consoles = fuzzKind('consoles', texts, (text) => {
  consoleState(text);
  must(consoleTail(text, 3).length <= 3, 'a tail is as long as it may be');
  const warnings = new Warnings();
  warnings.ofRuntime(text);
  must(
    warnings.list.every(({ count, line }) => count > 0 && line.length < 1_000),
    'a warning is short',
  );
});

const record = fc
  .tuple(
    fc.constantFrom('4', '6', '12', '3', '0', '4000000000', '', '-1'),
    fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom('', '18446744073709551615')),
    fc.oneof(fc.integer({ min: 0, max: 9_000_000 }), fc.constantFrom('', '9'.repeat(400))),
    fc.constantFrom('-', '-,caller=T1', 'c,caller=C0', ',', ''),
    fc.oneof(soup(LOG_WORDS, 4), fc.string({ maxLength: 40 })),
    fc.constantFrom('\n', '\n SUBSYSTEM=pci\n', '', '\n\n'),
  )
  .map(
    ([priority, sequence, at, flags, message, end]) =>
      `${priority},${sequence},${at},${flags};${message}${end}`,
  );

/** Records of /dev/kmsg as an agent sends them, in pieces, before, in and after a sample. */
export const kmsg = fuzzKind(
  'kmsg',
  fc.array(
    fc.array(fc.oneof(record, texts), { maxLength: 12 }).map((pieces) => pieces.join('')),
    { minLength: 3, maxLength: 3 },
  ),
  async ([before = '', during = '', after = '']) => {
    let send: (records: string) => void = () => undefined;
    const log = new KernelLog({
      ...fakeMachine(() => ({})),
      followLog: (listener) => {
        send = listener;
        return { catchUp: async () => ({ oomKills: undefined }) };
      },
    });
    log.follow();
    send(before);
    await log.begin('start#1');
    send(during);
    const { text } = await log.end('start#1', ['runc']);
    send(after);
    must(text.startsWith('repro: sample start#1 begin\n'), 'the log of a sample begins with it');
    must(text.split('\nrepro: sample start#1 end\n').length === 2, 'the end of a sample is there once');
    await answered(() => log.findings('start#1'));
    must(log.findings(undefined).kernelEvents.length <= log.text.split('\n').length, 'no event is made up');
  },
);
