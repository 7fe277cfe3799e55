#!/bin/sh
# Runs on the host as mmdebstrap's customize hook; $1 is the new root. Leaves a userland that boots to an
# ssh server, D-Bus and systemd in as few steps as possible: every unit and generator costs tenths of a
# second under emulation, and a machine lives for minutes.
set -eu
root=$1
units=$root/usr/lib/systemd/system

# What sysinit would do for a machine that stays: mounts, device nodes, random seeds, user records, hwdb.
# The initrd made the mounts, the kernel made the nodes.
for target in sysinit local-fs basic sockets timers multi-user graphical; do
  rm -rf "$units/$target.target.wants" "$root/etc/systemd/system/$target.target.wants"
done
# Generators look for disks, consoles, containers and credentials that are never there.
rm -rf "$root/usr/lib/systemd/system-generators" "$root/usr/lib/systemd/system-environment-generators"

# The journal: in memory only, and never on the way to readiness.
mkdir -p "$units/sysinit.target.wants"
ln -s ../systemd-journald.socket "$units/sysinit.target.wants/systemd-journald.socket"
ln -s ../systemd-journald-dev-log.socket "$units/sysinit.target.wants/systemd-journald-dev-log.socket"

# Per-machine identity comes with the seed.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/etc/hostname"

# Nobody reads these in a guest.
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/* \
  "$root"/usr/share/info/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/boot/*
