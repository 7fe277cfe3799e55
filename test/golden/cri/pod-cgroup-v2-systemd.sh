set -e
busctl call --quiet org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
  StartTransientUnit 'ssa(sv)a(sa(sv))' kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice replace 6 Description s "Pod of a repro sample" DefaultDependencies b false MemoryAccounting b true CPUAccounting b true TasksAccounting b true MemoryMax t 15728640 0
tries=0
until [ -d /sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice ]; do
  [ $tries -lt 100 ] || { echo 'systemd made no cgroup for kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice' >&2; exit 1; }
  sleep 0.05
  tries=$((tries + 1))
done
echo 15728640 >/sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice/memory.max
read -r limit </sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b4e28ba_2fa1_11d2_883f_b9a761bde3fb.slice/memory.max
[ "$limit" = 15728640 ] || { echo "the limit is $limit, not 15728640" >&2; exit 1; }
