#!/bin/bash
# The guest's init, once all is mounted: runs /run/guest/job with its output in /run/guest/output, leaves its exit status in
# /run/guest/status, and switches the guest off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=${TERM:-linux} TMPDIR=/mnt
echo up >/run/guest/up
if [[ -e /run/guest/interactive ]]; then
  setsid -c -w bash /run/guest/job </dev/ttyS0 >/dev/ttyS0 2>&1
else
  bash /run/guest/job </dev/null >/run/guest/output 2>&1
fi
echo $? >/run/guest/status
sync
exec busybox poweroff -f
