# shellcheck shell=bash
# Boots the guest with one job and waits for its end. Needs progress.sh, engine-end.sh and guest-tree.sh.
#
#   GUEST/system        what is booted (guest-tree.sh)
#   GUEST/run           job: what the guest runs; output, status: what came of it; out: the job's files
#   GUEST/console.log   what the guest's kernel had to say

GUEST_PID=''

# guest_disk SYSTEM FILE: an empty XFS, by the program that was fetched for the guest where this host has none. It is sparse, and gone
# with the guest.
guest_disk() {
  local extra=$1/extra
  truncate -s 4G "$2" &&
    PATH="$extra/usr/sbin:$extra/sbin:$PATH" LD_LIBRARY_PATH="$extra/usr/lib/x86_64-linux-gnu:$extra/lib/x86_64-linux-gnu" mkfs.xfs -q "$2"
}

# guest_prepare_run GUEST COMMAND...: the files that the guest finds in /run/guest.
guest_prepare_run() {
  local system=$1/system run=$1/run
  shift
  rm -rf -- "$run"
  mkdir -p "$run/out"
  cp "${BASH_SOURCE[0]%/*}/guest-init.sh" "$run/init"
  : >"$run/output"
  { printf 'cd %q || exit 126\nexec' "$PWD" && printf ' %q' "$@" && echo; } >"$run/job"
  guest_disk "$system" "$run/disk"
}

# guest_qemu GUEST CONSOLE SECONDS: without KVM, which a virtual machine rarely has. The processor is a plain one of 2008: what a
# newer one can do in one instruction takes longer to translate than it saves.
guest_qemu() {
  local system=$1/system run=$1/run share=security_model=none,multidevs=remap
  exec timeout --foreground --kill-after=5 "$3" qemu-system-x86_64 -name bilgewatch-guest -no-user-config -nodefaults -no-reboot \
    -machine pc,usb=off -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 4G -display none -nic none -serial "$2" \
    -kernel "$system/vmlinuz" -initrd "$system/initrd" -append "$GUEST_KERNEL_OPTIONS ${GUEST_INIT_OPTIONS:-}" \
    -virtfs "local,path=/,mount_tag=host,readonly=on,$share" \
    -virtfs "local,path=$system/extra,mount_tag=extra,readonly=on,$share" \
    -virtfs "local,path=$run,mount_tag=run,$share" \
    -drive "file=$run/disk,format=raw,if=virtio,cache=unsafe"
}

# A panic ends the guest. Auditing is as the kernel leaves it: off, and denials are logged all the same.
GUEST_KERNEL_OPTIONS='console=ttyS0 loglevel=4 panic=-1 apparmor=1 security=apparmor mitigations=off nokaslr nowatchdog tsc=reliable random.trust_cpu=on'

# With systemd as the first program.
# shellcheck disable=SC2034 # for packaging/guest
GUEST_SYSTEMD='guest.init=systemd systemd.unit=guest-job.service systemd.show_status=no'

# guest_watch RUN: says when the guest is up, and shows the job's output while the guest runs.
guest_watch() {
  local since=$SECONDS
  while process_runs "$GUEST_PID" && [[ ! -e $1/up ]]; do
    sleep 0.2
  done
  [[ ! -e $1/up ]] || note "the guest is up (after $((SECONDS - since)) s)"
  tail -n +1 -s 0.3 -f --pid="$GUEST_PID" "$1/output"
}

# guest_run GUEST SECONDS COMMAND...: returns the status of COMMAND, run in the guest in the current directory; 125 where the guest
# did not get so far, with the end of its console.
guest_run() {
  local guest=$1 run=$1/run seconds=$2
  shift 2
  guest_prepare_run "$guest" "$@"
  rm -f -- "$guest/console.log"
  note "booting the guest: Linux $(guest_release "$guest/system") in QEMU without KVM, $seconds s at most (console: $guest/console.log)"
  guest_qemu "$guest" "file:$guest/console.log" "$seconds" </dev/null >"$run/qemu.log" 2>&1 &
  GUEST_PID=$!
  guest_watch "$run"
  wait "$GUEST_PID" || note "QEMU ended with status $?"
  GUEST_PID=''
  rm -f -- "$run/disk"
  [[ ! -s $run/status ]] || return "$(<"$run/status")"
  note "the guest ended before its job did, or had not ended after $seconds s; the end of its console:"
  cat "$run/qemu.log" >&2
  tail -n 25 "$guest/console.log" >&2
  return 125
}

# guest_shell GUEST SECONDS: a shell on this terminal.
guest_shell() {
  guest_prepare_run "$1" bash -i
  : >"$1/run/interactive"
  note "booting the guest: exit ends it, Ctrl-A X kills it, and after $2 s it is ended"
  (guest_qemu "$1" mon:stdio "$2")
}

# guest_end: ends a guest that still runs.
guest_end() {
  [[ -z $GUEST_PID ]] || end_process "$GUEST_PID" 5
  GUEST_PID=''
}
