set -e
mkdir -p /sys/fs/cgroup/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
for dir in /sys/fs/cgroup /sys/fs/cgroup/kubepods /sys/fs/cgroup/kubepods/burstable; do
  for controller in cpu memory pids; do
    echo "+$controller" >"$dir/cgroup.subtree_control" || [ $controller != memory ]
  done
done
echo 15728640 >/sys/fs/cgroup/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb/memory.max
read -r limit </sys/fs/cgroup/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-b9a761bde3fb/memory.max
[ "$limit" = 15728640 ] || { echo "the limit is $limit, not 15728640" >&2; exit 1; }
