import { describe, expect, it } from 'vitest';
import { MachineError } from '../../../scripts/lib/errors.ts';
import { blameOf } from '../../../vm/qemu/restore-failure.ts';

const ended = new MachineError('boot-failed', 'QEMU ended (exit code 1) before the guest was ready');
const COMMAND = 'qemu-system-x86_64 -name repro\n';

describe('blameOf', () => {
  it.each([
    ['a state that is cut short', 'qemu-system-x86_64: load of migration failed: Input/output error\n'],
    [
      'a state of other devices',
      "qemu-system-x86_64: Unknown savevm section or instance 'x' 0.\nqemu-system-x86_64: load of migration failed: Invalid argument\n",
    ],
  ])('%s is the fault of the snapshot', (_, log) => {
    expect(blameOf(ended, COMMAND + log)).toBe('snapshot');
  });

  it.each([
    ['a QEMU that was killed', ''],
    [
      'a socket that is not there',
      'qemu-system-x86_64: -chardev socket,id=agent: Failed to connect to /x/agent: No such file or directory\n',
    ],
    ['no memory', 'qemu-system-x86_64: cannot set up guest memory: Cannot allocate memory\n'],
    ['no memory for the state', 'qemu-system-x86_64: load of migration failed: Cannot allocate memory\n'],
    [
      'a state that could not be read',
      'cat: /cache/state: Input/output error\nqemu-system-x86_64: load of migration failed: Input/output error\n',
    ],
    [
      'a shell that could not begin',
      '/bin/sh: 1: Cannot fork\nqemu-system-x86_64: load of migration failed: Input/output error\n',
    ],
  ])('%s is not', (_, log) => {
    expect(blameOf(ended, COMMAND + log)).toBe('host');
  });

  it('an error of ours is not', () => {
    const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
    expect(blameOf(error, '')).toBe('host');
    expect(blameOf(new MachineError('attach-failed', 'no disk'), '')).toBe('host');
  });

  it('no answer in time may be either', () => {
    expect(blameOf(new MachineError('boot-timeout', 'not ready within 60 s'), '')).toBe('unknown');
  });

  it('a panic before anything ran comes from what was saved', () => {
    expect(blameOf(new MachineError('panic', 'kernel panic: x'), '')).toBe('snapshot');
  });
});
