#!/bin/bash
# guest-package.sh IMAGE-ARCHIVE PACKAGES
#
# Runs in the guest, where systemd is the first program: installs PACKAGES/old.deb beside a Docker Engine, kills the service, upgrades to
# new.deb, takes the narrow drop-in, and purges. A line for each check in /run/guest/out/checks.tsv; the status is 0 once all passed.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
# shellcheck source=packaging/lib/engine.sh
. "$root/packaging/lib/engine.sh"
# shellcheck source=packaging/lib/checks.sh
. "$root/packaging/lib/checks.sh"
# shellcheck source=packaging/lib/guest-metrics.sh
. "$root/packaging/lib/guest-metrics.sh"

ENGINE_DIR=''
ENGINE_START_SECONDS=180 ENGINE_ANSWER_SECONDS=30 SHOW_PAUSE=1
AWAIT_SECONDS=90 AWAIT_LEAST_SECONDS=20
IMAGE=bilgewatch-guest:1
export DEBIAN_FRONTEND=noninteractive

unit() {
  systemctl show --property="$1" --value bilgewatch.service
}

is_active() {
  systemctl is-active bilgewatch.service && return 0
  systemctl status --no-pager --lines=30 bilgewatch.service 2>&1 || true
  return 1
}

becomes_active() {
  local since=$SECONDS
  until [[ $(unit ActiveState) == active ]]; do
    ((SECONDS - since < 120)) || { is_active; return 1; }
    sleep 1
  done
}

# The words of its status come by sd_notify alone.
says_so_itself() {
  echo "StatusText=$(unit StatusText) Type=$(unit Type) WatchdogUSec=$(unit WatchdogUSec)"
  [[ $(unit StatusText) == "the host is looked at" ]]
}

# status FIELD: of the main process, from /proc/PID/status.
status() {
  awk -v field="$1:" '$1 == field { print $2 }' "/proc/$(unit MainPID)/status"
}

# Six capabilities, and not root: DAC_READ_SEARCH 2, NET_ADMIN 12, SYS_PTRACE 19, SYS_ADMIN 21, SYSLOG 34, AUDIT_READ 37.
is_least_privileged() {
  echo "Uid $(status Uid) of $(id -u bilgewatch), CapEff $(status CapEff), CapBnd $(status CapBnd), NoNewPrivs $(status NoNewPrivs), Seccomp $(status Seccomp)"
  [[ $(status Uid) == "$(id -u bilgewatch)" && $(status Uid) != 0 && $(status NoNewPrivs) == 1 && $(status Seccomp) == 2 ]] &&
    [[ $(status CapEff) == "$1" && $(status CapBnd) == "$1" ]]
}

# Writing anywhere but to its state must fail for the process itself: asked inside its mount namespace.
cant_write() {
  local pid path
  pid=$(unit MainPID)
  for path in /etc/bilgewatch /usr/lib/bilgewatch /var/log "$ENGINE_DIR/data" /root; do
    ! nsenter --mount --target "$pid" touch "$path/bilgewatch-was-here" 2>&1 || { echo "it can write to $path"; return 1; }
  done
  nsenter --mount --target "$pid" touch /var/lib/bilgewatch/may && rm /var/lib/bilgewatch/may
}

disk_of() {
  local id data=$ENGINE_DIR/data
  id=$(engine_docker "$ENGINE_DIR" inspect --format '{{.GraphDriver.Data.UpperDir}}' "$1")
  [[ $id == "$data"/* ]] || return 1
  du -s --block-size=1 "$id" | cut -f 1
}

is_restarted() {
  local pid since=$SECONDS now
  pid=$(unit MainPID)
  kill -KILL "$pid"
  until now=$(unit MainPID) && [[ $now != 0 && $now != "$pid" ]]; do
    ((SECONDS - since < 30)) || return 1
    sleep 0.2
  done
  echo "a new process after $((SECONDS - since)) s, restarts: $(unit NRestarts)"
  ((SECONDS - since <= 5))
}

# The manual's index would take minutes here, and is not this package's business.
installs() {
  dpkg --no-triggers --install "$1" </dev/null
}

is_kept() {
  grep '^# mine$' /etc/bilgewatch/config.yml && [[ $(dpkg-query -W -f '${Version}' bilgewatch) == *-2 ]] && ls -l /var/lib/bilgewatch/histories.json.gz
}

nothing_is_left_of_it() {
  local left
  left=$(find /etc /usr /lib/systemd /var -xdev -name '*bilgewatch*' ! -path '/var/tmp/*' -print 2>/dev/null)
  echo "left: $left; dpkg: $(dpkg-query -W -f '${Status}' bilgewatch 2>&1)"
  [[ -z $left ]] && [[ ! -e /usr/share/doc/bilgewatch ]] && ! dpkg-query -W bilgewatch >/dev/null 2>&1
}

is_gone() {
  [[ ! -e /usr/bin/bilgewatch && ! -e /usr/lib/bilgewatch && ! -e /var/cache/bilgewatch && -e /etc/bilgewatch/config.yml ]] &&
    ! systemctl is-active --quiet bilgewatch.service
}

narrow() {
  mkdir -p /etc/systemd/system/bilgewatch.service.d
  cp /usr/share/bilgewatch/systemd/narrow.conf /etc/systemd/system/bilgewatch.service.d/
  systemctl daemon-reload
  systemctl restart bilgewatch.service
}

check_figures() {
  AWAIT_SINCE=$SECONDS
  tell "the agent sees the containers" await is 2 bilgewatch_container_running
  tell "the layer is as large as du says" await near_truth 65536 "disk_of writes" bilgewatch_writable_layer_bytes container=writes
  tell "the sealed root is seen" await is 1 bilgewatch_rootfs_readonly container=sealed
  tell "the tmpfs is read" await is 1048576 bilgewatch_tmpfs_used_bytes container=sealed path=/tmp
  tell "the memory is read" await at_least 1 bilgewatch_memory_usage_bytes container=sealed
}

start_containers() {
  engine_docker "$ENGINE_DIR" run --detach --network=none --name=writes "$IMAGE" sh -c 'dd if=/dev/zero of=/file bs=1M count=4; sleep 100000'
  engine_docker "$ENGINE_DIR" run --detach --network=none --read-only --tmpfs /tmp:size=8m --name=sealed "$IMAGE" sh -c 'dd if=/dev/zero of=/tmp/file bs=1M count=1; sleep 100000'
}

main() {
  local packages=$2
  : >"$OUT/checks.tsv"
  note "Linux $(uname -r), $(systemctl --version | head -n 1), first program: $(</proc/1/comm)"
  tell "systemd is the first program" grep -x systemd /proc/1/comm
  engine_start || fail 1 "guest: the Docker Engine did not start; see above."
  engine_import "$ENGINE_DIR" "$IMAGE" <"$1"
  tell "two containers run" start_containers
  # A host that is itself a container may forbid packages to start services.
  rm -f /usr/sbin/policy-rc.d
  tell "the package installs" installs "$packages/old.deb"
  tell "the service becomes active" becomes_active
  tell "it told so itself" says_so_itself
  tell "an AOT cache was made" ls -l /var/cache/bilgewatch/bilgewatch.aot
  tell "it runs as its user with six capabilities" is_least_privileged 0000002400281004
  tell "it can write to its state alone" cant_write
  check_figures
  tell "the kernel's log is read" await is 1 bilgewatch_kernel_log_up source=kmsg
  tell "audit records are read" await is 1 bilgewatch_kernel_log_up source=audit
  tell "write events are told" await is 1 bilgewatch_writable_layer_write_events container=writes
  tell "killed, it is restarted within 5 s" is_restarted
  tell "and becomes active again" becomes_active
  echo '# mine' >>/etc/bilgewatch/config.yml
  tell "it is upgraded" installs "$packages/new.deb"
  tell "the upgraded one becomes active" becomes_active
  tell "configuration and histories are kept" is_kept
  tell "the narrow drop-in is taken" narrow
  tell "with it the service becomes active" becomes_active
  tell "it has two capabilities" is_least_privileged 0000000000080004
  check_figures
  tell "the kernel's log is not read, and that is said" await is 0 bilgewatch_kernel_log_up source=kmsg
  tell "removed, only what was configured stays" eval 'dpkg --no-triggers --remove bilgewatch && is_gone'
  rm -r /etc/systemd/system/bilgewatch.service.d
  tell "purged, nothing is left" eval 'dpkg --no-triggers --purge bilgewatch && nothing_is_left_of_it'
  ! grep -q '^failed' "$OUT/checks.tsv" || return 1
}

main "$@"
