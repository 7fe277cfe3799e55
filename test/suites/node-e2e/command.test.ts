import { expect, test } from 'vitest';
import { goPattern } from '../../../scripts/suites/ginkgo/pattern.ts';
import {
  filterArgs,
  listArgs,
  machineSetup,
  runArgs,
  shellCommand,
} from '../../../scripts/suites/node-e2e/command.ts';
import { syntaxErrors } from '../support.ts';

const none = { focus: '', skip: '', labelFilter: '' };

test('a name becomes a pattern that matches that name alone', () => {
  const name = '[sig-storage] EmptyDir volumes should support (root,0777,tmpfs) [LinuxOnly] a.b "c"';
  const pattern = new RegExp(goPattern(name));
  expect(pattern.test(`before ${name} after`)).toBe(true);
  expect(pattern.test(name.replace('a.b', 'axb'))).toBe(false);
});

test('what is skipped is what was asked for, and what has no image', () => {
  const filter = { ...none, focus: '\\[NodeConformance\\]', skip: 'Slow' };
  expect(filterArgs(1, filter, ['a (b)', 'c'])).toEqual([
    '--ginkgo.noColor',
    '--ginkgo.focus=\\[NodeConformance\\]',
    '--ginkgo.skip=Slow|a \\(b\\)|c',
  ]);
  expect(filterArgs(1, none)).toEqual(['--ginkgo.noColor']);
});

test('each version of ginkgo has its own flags', () => {
  expect(listArgs(1, none, '/r')).toEqual(['--ginkgo.dryRun', '--ginkgo.noColor', '--report-dir=/r']);
  expect(listArgs(2, { ...none, labelFilter: 'a && !b' }, '/r')).toEqual([
    '--ginkgo.dry-run',
    '--ginkgo.no-color',
    '--ginkgo.label-filter=a && !b',
    '--report-dir=/r',
  ]);
  const options = { filter: none, without: [], driver: 'systemd', seconds: 900, reportDir: '/r' } as const;
  expect(runArgs({ ...options, ginkgo: 1 })).toContain('--container-runtime=remote');
  expect(runArgs({ ...options, ginkgo: 2 })).not.toContain('--container-runtime=remote');
  expect(runArgs({ ...options, ginkgo: 2 })).toContain('--ginkgo.timeout=900s');
});

test("the kubelet has the runtime's cgroup driver", () => {
  const options = { ginkgo: 1, filter: none, without: [], seconds: 900, reportDir: '/r' } as const;
  const flags = (driver: 'cgroupfs' | 'systemd') =>
    runArgs({ ...options, driver }).find((arg) => arg.startsWith('--kubelet-flags='));
  expect(flags('systemd')).toContain('--cgroup-driver=systemd');
  expect(flags('cgroupfs')).toContain('--cgroup-driver=cgroupfs');
});

test('a shell reads what is written for it', () => {
  expect(syntaxErrors(machineSetup())).toBe('');
  expect(syntaxErrors(shellCommand(['--ginkgo.focus=container\'s (args|"x")']))).toBe('');
});
