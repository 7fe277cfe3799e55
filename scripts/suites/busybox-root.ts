/** The userland inside containers: one static busybox. Made in the guest, from the guest's own package. */
import { quote } from './guest-shell.ts';

/** What the cases run, and what a person who looks around in a kept machine wants. */
const APPLETS = ['sh', 'sleep', 'dd', 'true', 'false', 'cat', 'echo', 'env', 'id', 'ls', 'ps', 'test'];

/**
 * A shell script that makes a root file system at `dir`, with empty folders to mount on. `all`: with every program
 * that busybox has, as its image in a registry.
 */
export function busyboxRoot(dir: string, applets: 'few' | 'all' = 'few'): string {
  const root = quote(dir);
  const names = applets === 'all' ? '$(busybox --list)' : APPLETS.join(' ');
  // busybox's own shell runs `ln` without starting a program for each.
  return `rm -rf ${root}
mkdir -p ${root}/bin ${root}/etc ${root}/dev ${root}/proc ${root}/sys ${root}/tmp ${root}/root
chmod 1777 ${root}/tmp
cp "$(command -v busybox)" ${root}/bin/busybox
busybox sh -c 'cd "$0/bin" && for applet in "$@"; do [ -e "$applet" ] || ln -s busybox "$applet"; done' ${root} ${names}
printf 'root:x:0:0:root:/root:/bin/sh\\n' >${root}/etc/passwd
printf 'root:x:0:\\n' >${root}/etc/group`;
}
