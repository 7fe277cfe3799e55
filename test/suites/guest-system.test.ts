import { expect, it } from 'vitest';
import { parseGuestSystem } from '../../scripts/suites/guest-system.ts';

const TEXT = `systemd:257
libseccomp:2.6.0
libc:ld.so (Debian GLIBC 2.41-12+deb13u5) stable release version 2.41.
Copyright (C) 2025 Free Software Foundation, Inc.
lsm:lockdown,capability,landlock
cpu:QEMU TCG CPU version 2.5+
cmdline:console=ttyS0 audit=0
`;

it('reads what a guest says of itself', () => {
  expect(parseGuestSystem(TEXT)).toEqual({
    systemd: '257',
    libc: '2.41',
    libseccomp: '2.6.0',
    securityModules: ['lockdown', 'capability', 'landlock'],
    cpu: 'QEMU TCG CPU version 2.5+',
    mitigations: 'on',
  });
});

it('tells mitigations that are off', () => {
  expect(parseGuestSystem('cmdline:quiet mitigations=off\n').mitigations).toBe('off');
  expect(parseGuestSystem('cmdline:xmitigations=offline\n').mitigations).toBe('on');
});

it('makes nothing up: what is missing, and a pattern that matched no file, is unknown', () => {
  expect(parseGuestSystem('systemd:*\nlibseccomp:*\nlibc:\nlsm:\n')).toMatchObject({
    systemd: 'unknown',
    libc: 'unknown',
    libseccomp: 'unknown',
    securityModules: [],
    cpu: 'unknown',
  });
});
