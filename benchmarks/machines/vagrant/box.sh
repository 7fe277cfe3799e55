# box.sh <guest> <root>: makes a box for vagrant-libvirt of a Debian root, in the root with vagrant.
guest=$1
root=$2
# What the package libvirt-daemon-system would make, with all that it wants of a host.
mkdir -p "$root/var/lib/libvirt"
chroot "$root" useradd --system --user-group libvirt-qemu

# As every box has them: the user vagrant, with the well-known insecure key, and sudo without a password.
chroot "$guest" useradd --create-home --shell /bin/bash vagrant
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$guest/etc/sudoers.d/vagrant"
install -d -m 700 "$guest/home/vagrant/.ssh"
cp "$(find "$root/usr/share" -name vagrant.pub | head -n 1)" "$guest/home/vagrant/.ssh/authorized_keys"
chroot "$guest" chown -R vagrant:vagrant /home/vagrant/.ssh
printf '[Match]\nName=e*\n[Network]\nDHCP=yes\n' >"$guest/etc/systemd/network/all.network"
chroot "$guest" systemctl enable systemd-networkd ssh
echo equal >"$guest/etc/hostname"
# sudo looks it up, and would wait for a DNS that isn't there.
printf '127.0.0.1 localhost\n127.0.1.1 equal\n' >"$guest/etc/hosts"
echo '/dev/vda / ext4 defaults 0 0' >"$guest/etc/fstab"

mkdir -p "$root/bench/box"
cp "$guest"/boot/initrd.img-* "$root/bench/initrd"
cp "$guest"/boot/vmlinuz-* "$root/bench/vmlinuz"
truncate -s 4G "$root/bench/disk.raw"
mkfs.ext4 -q -F -d "$guest" "$root/bench/disk.raw"
chroot "$root" qemu-img convert -O qcow2 /bench/disk.raw /bench/box/box.img
rm "$root/bench/disk.raw"
echo '{"provider": "libvirt", "format": "qcow2", "virtual_size": 4}' >"$root/bench/box/metadata.json"
echo 'Vagrant.configure("2") { |config| }' >"$root/bench/box/Vagrantfile"
tar -C "$root/bench/box" -cf "$root/bench/equal.box" metadata.json Vagrantfile box.img
rm -r "$root/bench/box"
