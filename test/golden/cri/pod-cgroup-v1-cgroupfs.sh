set -e
for root in /sys/fs/cgroup/*/; do
  case $root in */cpuset/ | */unified/) ;; *) [ -L "${root%/}" ] || mkdir -p "${root}kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb" ;; esac
done
echo 15728640 >/sys/fs/cgroup/memory/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb/memory.limit_in_bytes
read -r limit </sys/fs/cgroup/memory/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb/memory.limit_in_bytes
[ "$limit" = 15728640 ] || { echo "the limit is $limit, not 15728640" >&2; exit 1; }
