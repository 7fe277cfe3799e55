import { expect, test } from 'vitest';
import { parseKernelLog, parseRecord, showRecord } from '../../scripts/evidence/kernel-log.ts';

const entry = (message: string, rest = {}) => ({
  at: undefined,
  level: undefined,
  caller: undefined,
  whole: true,
  message,
  ...rest,
});

test.each<[string, string, object[]]>([
  ['nothing', '', []],
  ['empty lines', '\n\r\n\n', []],
  ['dmesg', '[   12.345678] a b\n', [entry('a b', { at: 12.345678 })]],
  [
    'dmesg -r',
    '<30>[   12.345678] systemd[1]: a\n',
    [entry('systemd[1]: a', { at: 12.345678, level: 6, user: true })],
  ],
  [
    'dmesg -r, a program that writes what looks like the kernel',
    '<12>[    1.000000] a <3>[    2.000000] b\n<3>[    3.000000] c\n',
    [entry('a <3>[    2.000000] b', { at: 1, level: 4, user: true }), entry('c', { at: 3, level: 3 })],
  ],
  [
    'dmesg -x, what only looks like it included',
    'kern  :err   : [    1.000000][    T7] a\nuser  :warn  : [    2.000000] kern  :err   : [    3.000000] b\nmy    :err   : c\n',
    [
      entry('a', { at: 1, level: 3, caller: 'T7' }),
      entry('kern  :err   : [    3.000000] b', { at: 2, level: 4, user: true }),
      entry('my    :err   : c'),
    ],
  ],
  ['a caller', '[    0.000001][  T620] a\n', [entry('a', { at: 0.000001, caller: 'T620' })]],
  ['no timestamp', 'a b\n', [entry('a b')]],
  ['a level without a timestamp', '<4>a b\n', [entry('a b', { level: 4 })]],
  ['an empty message', '[    1.000000] \n', [entry('', { at: 1 })]],
  ['a message that is indented', '[    1.000000]  ? f+0x1\n', [entry(' ? f+0x1', { at: 1 })]],
  [
    'CRLF, doubled CR, lone CR',
    '[    1.000000] a\r\n[    2.000000] b\r\r\n[    3.000000] c\r[    4.000000] d\n',
    ['a', 'b', 'c', 'd'].map((message, n) => entry(message, { at: n + 1 })),
  ],
  [
    '/dev/kmsg',
    '6,339,5140900,-;a;b\n30,340,6000000,c,caller=T1;x\\x5cy\n SUBSYSTEM=pci\n DEVICE=+pci:0\n4,341,7000000,-;z\n',
    [
      entry('a;b', { at: 5.1409, level: 6, sequence: 339 }),
      entry('x\\y', { at: 6, level: 6, caller: 'T1', user: true, sequence: 340 }),
      entry('z', { at: 7, level: 4, sequence: 341 }),
    ],
  ],
  ['an indented line that is no dictionary', ' SUBSYSTEM=pci\n', [entry(' SUBSYSTEM=pci')]],
  [
    'a line that a program had begun',
    'login: <3>[    1.000000] a\n',
    [entry('login: ', { whole: false }), entry('a', { at: 1, level: 3 })],
  ],
  [
    'a message cut by the next',
    '[    1.000000] oom_score_adj:-99[    2.000000] b\n',
    [entry('oom_score_adj:-99', { at: 1, whole: false }), entry('b', { at: 2 })],
  ],
  ['a last line without an end', '[    1.000000] a', [entry('a', { at: 1, whole: false })]],
])('%s', (_, text, expected) => {
  expect(parseKernelLog(text).entries).toEqual(expected);
});

test('a record is shown as dmesg -x shows it, and read back as it was', () => {
  const records = [
    '3,7,5140900,-;a b',
    '12,8,6000000,-,caller=T7;[    1.0] Killed\\x0aprocess',
    '255,9,7,-;c',
  ];
  expect(records.map(showRecord)).toEqual([
    'kern  :err   : [    5.140900] a b',
    'user  :warn  : [    6.000000][    T7] [    1.0] Killed\\x0aprocess',
    '31    :debug : [    0.000007] c',
  ]);
  const [first, second] = parseKernelLog(records.map((record) => `${showRecord(record)}\n`).join('')).entries;
  expect(first).toEqual({ ...parseRecord(records[0] ?? ''), sequence: undefined });
  expect(second).toMatchObject({
    level: 4,
    user: true,
    caller: 'T7',
    at: 6,
    message: '[    1.0] Killed\\x0aprocess',
  });
});

test('what is no record is none', () => {
  expect(parseRecord('[    1.000000] a')).toBeUndefined();
});
