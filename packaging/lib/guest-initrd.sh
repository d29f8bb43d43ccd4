#!/bin/busybox sh
# The guest's first program. Its root becomes the host's, read-only over 9p, below a tmpfs that takes every write. It also mounts
# what a host's init would: busybox does so at once, where each program of the host's has to come over 9p.
# shellcheck shell=dash
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do
  insmod "$module"
done </modules/order

# What is read-only may be cached without asking the host again; the job's results must be there at once.
shared=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "$shared,ro,cache=loose" host /host
mount -t 9p -o "$shared,ro,cache=loose" extra /extra
mount -t 9p -o "$shared" run /guest
mount -t tmpfs -o size=60%,mode=755 tmpfs /upper
mkdir /upper/upper /upper/work
mount -t overlay -o lowerdir=/extra:/host,upperdir=/upper/upper,workdir=/upper/work overlay /root || poweroff -f

mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
echo '+cpuset +cpu +io +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
mount -t securityfs securityfs /sys/kernel/security
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t bpf bpf /sys/fs/bpf
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm
mount -t mqueue mqueue /dev/mqueue
ln -s /proc/self/fd /dev/fd
ifconfig lo 127.0.0.1 up
hostname guest

# One disk with project quotas: Docker bounds a layer by one (--storage-opt size=), on XFS alone.
mount -t xfs -o prjquota /dev/vda /root/mnt || poweroff -f

mount --move /proc /root/proc
mount --move /sys /root/sys
mount --move /dev /root/dev
mount -t tmpfs -o mode=755 tmpfs /root/run
mkdir /root/run/guest
mount --move /guest /root/run/guest

# A job that wants a service manager becomes a service itself, which systemd boots into: nothing else that this host has enabled is started.
if grep -q 'guest.init=systemd' /root/proc/cmdline; then
  mkdir -p /root/run/systemd/system
  # Where the host is a container, its mark is on the root: systemd would take the guest for one, and not look at its command line.
  rm -f /root/.dockerenv
  # Of what systemd does at a boot, what was done above or takes minutes here is left out, for the services that the job starts too.
  for unit in systemd-udevd systemd-udev-trigger systemd-udev-settle systemd-modules-load systemd-sysctl systemd-random-seed systemd-binfmt \
    systemd-timesyncd systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-update-utmp systemd-remount-fs systemd-machine-id-commit \
    systemd-networkd systemd-resolved systemd-pstore systemd-sysusers systemd-firstboot systemd-hwdb-update systemd-journal-flush \
    systemd-boot-system-token systemd-fsck-root systemd-journal-catalog-update systemd-update-done apparmor ldconfig keyboard-setup console-setup; do
    ln -s /dev/null "/root/run/systemd/system/$unit.service"
  done
  printf '[Unit]\nDescription=the job\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/bash /run/guest/init\nStandardOutput=null\nStandardError=null\n' \
    >/root/run/systemd/system/guest-job.service
  exec switch_root /root /lib/systemd/systemd
fi
exec switch_root /root /bin/bash /run/guest/init
