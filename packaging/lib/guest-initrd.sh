#!/bin/busybox sh
# The guest's first program. Its root becomes the host's, read-only over 9p, below a tmpfs that takes every write.
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

mount --move /proc /root/proc
mount --move /sys /root/sys
mount --move /dev /root/dev
mount -t tmpfs -o mode=755 tmpfs /root/run
mkdir /root/run/guest
mount --move /guest /root/run/guest
exec switch_root /root /bin/bash /run/guest/init
