# session.sh: starts libvirtd, brings the box up once and destroys it, then does so again for every line on stdin.
export HOME=/root VAGRANT_DEFAULT_PROVIDER=libvirt VAGRANT_CHECKPOINT_DISABLE=1 VAGRANT_BOX_UPDATE_CHECK_DISABLE=1
export LIBVIRT_DEFAULT_URI=qemu:///system
fail() {
  echo "session: failed: $*"
  exit 1
}
ip link set lo up
mkdir -p /run/libvirt /var/lib/libvirt/images /var/lib/libvirt/qemu /var/lib/libvirt/dnsmasq /root/equal /var/log/libvirt/qemu
cat >/etc/libvirt/qemu.conf <<'CONF'
user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
CONF
virtlogd -d || fail virtlogd
libvirtd -d || fail libvirtd
for _ in $(seq 100); do
  virsh version >/dev/null 2>&1 && break
  sleep 0.1
done
virsh version >/dev/null || fail 'libvirtd gives no answer'
cd /root/equal || fail 'no folder'
cp /bench/Vagrantfile .
vagrant box add --name equal /bench/equal.box || fail 'vagrant box add'
vagrant up || fail 'the first vagrant up'
vagrant destroy -f || fail 'vagrant destroy'
echo 'session: ready'
while read -r _; do
  echo 'session: begun'
  vagrant up || fail 'vagrant up'
  echo 'session: up'
  vagrant destroy -f || fail 'vagrant destroy'
  echo 'session: destroyed'
done
