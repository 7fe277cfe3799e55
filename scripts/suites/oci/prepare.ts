/** The machine made ready for containers of runc alone. */
import type { Machine } from '../../../vm/machine.ts';
import { busyboxRoot } from '../busybox-root.ts';
import { runGuest } from '../guest-shell.ts';
import { ROOTFS } from './script.ts';

/** Throws ReproError `guest-script`. */
export async function prepareRootfs(machine: Machine, signal: AbortSignal): Promise<void> {
  // Reading them once brings runc and busybox into the page cache, which else would be charged to the
  // first container that happens to touch them.
  const warm = `cat "$(command -v runc)" ${ROOTFS}/bin/busybox >/dev/null`;
  const script = `set -e\nmkdir -p /run/repro/oci\n${busyboxRoot(ROOTFS)}\nrunc --version\n${warm}`;
  await runGuest(machine, 'making the root file system of the containers', script, { signal });
}
