#!/bin/bash
# The guest's init: mounts what a host's init would, runs /run/guest/job with its output in /run/guest/output, leaves its exit
# status in /run/guest/status, and switches the guest off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=${TERM:-linux}

mount_kernel_filesystems() {
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
  [[ -e /dev/fd ]] || ln -s /proc/self/fd /dev/fd
}

# One disk with project quotas: Docker bounds a layer by one (--storage-opt size=), on XFS alone.
mount_disk() {
  modprobe xfs
  mkfs.xfs -q -f /dev/vda && mount -o prjquota /dev/vda /mnt
}

# The kernel's line about its own end of the world is for the console; what a job says is not.
run_job() {
  if [[ -e /run/guest/interactive ]]; then
    setsid -c -w bash /run/guest/job </dev/ttyS0 >/dev/ttyS0 2>&1
  else
    bash /run/guest/job </dev/null >/run/guest/output 2>&1
  fi
}

mount_kernel_filesystems
hostname guest
busybox ip link set lo up
mount_disk || echo "guest: no XFS with project quotas"
export TMPDIR=/mnt
echo up >/run/guest/up
run_job
echo $? >/run/guest/status
sync
exec busybox poweroff -f
