import { expect, test } from 'vitest';
import { findKernelEvents } from '../../scripts/evidence/kernel-events.ts';
import { parseKernelLog } from '../../scripts/evidence/kernel-log.ts';

const kinds = (...lines: string[]) =>
  findKernelEvents(parseKernelLog(`${lines.join('\n')}\n`).entries).map(({ kind }) => kind);

test.each([
  ['Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009', 'panic'],
  ['BUG: unable to handle page fault for address: ffffffffdeadbeef', 'oops'],
  ['BUG: kernel NULL pointer dereference, address: 0000000000000000', 'oops'],
  ['kernel BUG at mm/slub.c:4023!', 'oops'],
  ['Oops: 0000 [#1] SMP PTI', 'oops'],
  ['general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP', 'oops'],
  ['INFO: task runc:[2:INIT]:620 blocked for more than 122 seconds.', 'hung-task'],
  ['watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [runc:620]', 'soft-lockup'],
  ['rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-... } 21 jiffies', 'rcu-stall'],
  ['WARNING: CPU: 1 PID: 620 at mm/page_counter.c:57 page_counter_uncharge+0x1/0x2', 'warning'],
  ['WARNING: mm/page_counter.c:57 at page_counter_uncharge+0x1/0x2, CPU#1: sh/620', 'warning'],
  ['WARNING: at page_counter_uncharge+0x1/0x2, CPU#1: sh/620', 'warning'],
  ['a) b(c[7]: segfault at 8 ip 00 sp 00 error 6 in libc.so[7f+1]', 'segfault'],
  ['traps: sh[78] trap invalid opcode ip:55 sp:7f error:0 in busybox[55+1]', 'segfault'],
])('%s', (line, kind) => {
  expect(kinds(`[    1.000000] ${line}`)).toEqual([kind]);
});

test.each([
  '---[ end Kernel panic - not syncing: Fatal exception ]---',
  'WARNING: something a driver says',
  'Kernel command line: panic=-1',
  'INFO: task a:1 is blocked on a mutex likely owned by task b:2.',
  'systemd[1]: Kernel panic - not syncing is what this unit is named after',
])('not an event: %s', (line) => {
  expect(kinds(`[    1.000000] ${line}`)).toEqual([]);
});

test('one oops is one event, two are two', () => {
  const oops = [
    'BUG: unable to handle page fault for address: 0',
    '#PF: supervisor read',
    'Oops: Oops: 0000 [#1] SMP',
  ];
  expect(kinds(...oops)).toEqual(['oops']);
  expect(kinds(...oops, ...Array.from({ length: 20 }, () => ' ? f+0x1/0x2'), 'Oops: 0002 [#2] SMP')).toEqual([
    'oops',
    'oops',
  ]);
});

test('the last words of a console count, though cut', () => {
  const { entries } = parseKernelLog('[    1.500000] Kernel panic - not syncing: Fa');
  expect(findKernelEvents(entries)).toEqual([
    { kind: 'panic', at: 1.5, line: 'Kernel panic - not syncing: Fa' },
  ]);
});
