/** Asks a guest what it has beside its components. */
import type { Machine } from '../../vm/machine.ts';
import type { GuestSystem } from '../model/guest.ts';
import { parseCollected, runGuest } from './guest-shell.ts';

/** By names of files, for a program of each would take an emulated guest half a second. */
const SCRIPT = `for file in /usr/lib/*/systemd/libsystemd-shared-*.so; do
  name=\${file##*/libsystemd-shared-}
  echo "systemd:\${name%.so}"
done
for file in /usr/lib/*/libseccomp.so.2.*; do echo "libseccomp:\${file##*/libseccomp.so.}"; done
for file in /lib/ld-linux*.so.* /lib64/ld-linux*.so.*; do
  [ ! -x "$file" ] || { echo "libc:$("$file" --version 2>/dev/null)"; break; }
done
read -r modules </sys/kernel/security/lsm
echo "lsm:$modules"
while IFS=: read -r name value; do
  case $name in 'model name'*) echo "cpu:\${value# }"; break ;; esac
done </proc/cpuinfo
read -r cmdline </proc/cmdline
echo "cmdline:$cmdline"
exit 0`;

/** Throws MachineError when the machine is lost; what the guest doesn't tell is `unknown`. */
export async function readGuestSystem(machine: Machine, signal: AbortSignal): Promise<GuestSystem> {
  return parseGuestSystem(await runGuest(machine, 'asking what the guest is', SCRIPT, { signal }));
}

/** What `SCRIPT` printed. Exported for its test. */
export function parseGuestSystem(stdout: string): GuestSystem {
  const facts = parseCollected(stdout);
  // A line without a version is a pattern that matched no file.
  const version = (name: string) => /\d[^*\s]*/.exec(facts.get(name) ?? '')?.[0] ?? 'unknown';
  return {
    systemd: version('systemd'),
    libc: /version (\d[\d.]*\d)/.exec(facts.get('libc') ?? '')?.[1] ?? 'unknown',
    libseccomp: version('libseccomp'),
    securityModules: (facts.get('lsm') ?? '').split(',').filter((name) => name !== ''),
    cpu: facts.get('cpu')?.trim() || 'unknown',
    mitigations: /(^| )mitigations=off( |$)/.test(facts.get('cmdline') ?? '') ? 'off' : 'on',
  };
}
