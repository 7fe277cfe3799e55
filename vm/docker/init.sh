# The first program of a container that is a machine, by /bin/sh -c: what the initrd and repro.target do in a virtual one.
set -e

# Without a cgroup namespace of its own, systemd would take the host's cgroups for its own.
if grep -qv ':/$' /proc/self/cgroup; then
  echo 'repro: the engine gave this container no cgroup namespace of its own' >&2
  exit 3
fi

# The engine shows a container its own part of the cgroups read-only. (Version 1 has a folder for each controller.)
for dir in /sys/fs/cgroup /sys/fs/cgroup/*; do
  if mountpoint -q "$dir" && [ -e "$dir/cgroup.procs" ]; then
    mount -o remount,bind,rw,nosuid,nodev,noexec "$dir"
  fi
done
# runc tells systemd by /dev/char/<major>:<minor> which devices a container may use, and leaves out those without.
for kind in char block; do
  mkdir -p "/dev/$kind"
  for device in /sys/dev/$kind/*; do
    # Podman hides the block devices.
    [ -e "$device/uevent" ] || continue
    while IFS='=' read -r key value; do
      if [ "$key" = DEVNAME ] && [ -e "/dev/$value" ]; then
        ln -sf "../$value" "/dev/$kind/${device##*/}"
      fi
    done <"$device/uevent"
  done
done

mkdir -p /run/systemd/system
cat >/run/systemd/system/repro-container.target <<'UNIT'
[Unit]
Description=repro: ready for work
Requires=dbus.service
After=dbus.service
AllowIsolate=yes
UNIT
exec /usr/lib/systemd/systemd --unit=repro-container.target
