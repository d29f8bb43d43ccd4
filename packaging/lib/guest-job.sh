#!/bin/bash
# guest-job.sh IMAGE-ARCHIVE
#
# Runs in the guest: a Docker Engine on XFS with project quotas, the agent beside it, containers that hit their limits, and a check
# of everything that the agent should then say. A line for each check in /run/guest/out/checks.tsv; the status is 0 once all were made.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
# shellcheck source=packaging/lib/engine.sh
. "$root/packaging/lib/engine.sh"
# shellcheck source=packaging/lib/checks.sh
. "$root/packaging/lib/checks.sh"
# shellcheck source=packaging/lib/guest-containers.sh
. "$root/packaging/lib/guest-containers.sh"
# shellcheck source=packaging/lib/guest-metrics.sh
. "$root/packaging/lib/guest-metrics.sh"

ENGINE_DIR='' agent=''
ENGINE_START_SECONDS=180 ENGINE_ANSWER_SECONDS=30 SHOW_PAUSE=1 AGENT_START_SECONDS=240

# What is slow in its own good time is made quick: the layers are measured when they are full, not a minute later.
configure_agent() {
  cat >"$OUT/bilgewatch.yml" <<'YAML'
walk:
  cpu-share: 0.5
  interval: 10s
  min-interval: 5s
write-failures:
  kernel: tracefs
YAML
}

start_agent() {
  note "starting the agent"
  configure_agent
  # The cache's machine code was made for the host's processor, and the JVM of the guest's older one would run it: SIGILL.
  BILGEWATCH_JAVA_OPTIONS='-XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -XX:-AOTStubCaching' "$root/packaging/bin/bilgewatch" serve --config.file="$OUT/bilgewatch.yml" \
    --docker.data-root="$ENGINE_DIR/data" --web.listen-address="${AGENT#http://}" >"$OUT/agent.log" 2>&1 </dev/null &
  agent=$!
}

wait_for_agent() {
  local since=$SECONDS
  until curl -sf -o /dev/null --max-time 5 "$AGENT/-/ready"; do
    if ! process_runs "$agent" || ((SECONDS - since >= AGENT_START_SECONDS)); then
      tail -n 30 "$OUT/agent.log" >&2
      fail 1 "guest: the agent did not get ready in $AGENT_START_SECONDS s; its log is above."
    fi
    sleep 1
  done
  note "the agent is ready"
}

# The guest must be what it is for; otherwise the checks below would say less than they seem to.
engine_is_other() {
  local said
  said=$(engine_docker "$ENGINE_DIR" info --format '{{.CgroupVersion}} {{.SecurityOptions}} {{.DriverStatus}}')
  echo "$said"
  [[ $said == 2\ *name=apparmor*xfs* ]]
}

check_layers() {
  tell "the layer's limit is its project quota" await is 52428800 bilgewatch_writable_layer_limit_bytes container=full
  tell "the layer's limit is the size that statfs says inside" near_truth 0 "statfs_of full / size" bilgewatch_writable_layer_limit_bytes container=full
  tell "the full layer is as large as du says" await near_truth 65536 "disk_of full" bilgewatch_writable_layer_bytes container=full
  tell "a layer without a quota has no limit" is_absent bilgewatch_writable_layer_limit_bytes container=sealed
  tell "the backing file system is XFS" await at_least 1 bilgewatch_filesystem_size_bytes fstype=xfs
}

check_posture() {
  tell "a read-only root is seen" await is 1 bilgewatch_rootfs_readonly container=sealed
  tell "a writable root is seen" await is 0 bilgewatch_rootfs_readonly container=full
  tell "Docker's own AppArmor profile passes" await is 1 bilgewatch_hardening_check check=lsm_profile container=full
  tell "a profile of one's own passes" await is 1 bilgewatch_hardening_check check=lsm_profile container=sealed
  tell "an unconfined container fails" await is 0 bilgewatch_hardening_check check=lsm_profile container=tmpfs-eater
}

check_memory() {
  tell "the tmpfs is as large as statfs says" await near_truth 0 "statfs_of sealed /tmp size" bilgewatch_tmpfs_size_bytes path=/tmp container=sealed
  tell "the tmpfs holds what statfs says" await near_truth 0 "statfs_of sealed /tmp used" bilgewatch_tmpfs_used_bytes path=/tmp container=sealed
  tell "the memory limit is memory.max" await near_truth 0 "limit_of sealed" bilgewatch_memory_limit_bytes container=sealed
  tell "shared memory is memory.stat's" await near_truth 0 "shmem_of sealed" bilgewatch_memory_shmem_bytes container=sealed
  tell "shared memory of a full tmpfs too" await near_truth 0 "shmem_of tmpfs-eater" bilgewatch_memory_shmem_bytes container=tmpfs-eater
}

# The kernel's own word that there was something to count; its log drops what comes too fast.
kernel_denied() {
  dmesg >"$OUT/dmesg"
  grep -F 'apparmor="DENIED"' "$OUT/dmesg" | grep -F "profile=\"$GUEST_PROFILE\"" | grep -F 'name="/tmp/secret/' && return 0
  echo "no denial in the kernel's log, which ends: $(tail -n 3 "$OUT/dmesg")"
  return 1
}

check_kernel_log() {
  tell "the kernel did deny" kernel_denied
  tell "the kernel's log is read" await is 1 bilgewatch_kernel_log_up source=kmsg
  tell "the audit records are read" await is 1 bilgewatch_kernel_log_up source=audit
  tell "each denied mkdir is counted once" await is "$DENIED" bilgewatch_lsm_denials_total \
    lsm=apparmor profile="$GUEST_PROFILE" operation=mkdir container=sealed
  tell "a denied file is counted" await is 1 bilgewatch_lsm_denials_total \
    lsm=apparmor profile="$GUEST_PROFILE" operation=mknod container=sealed
  tell "no denial lost its container" await is $((DENIED + 1)) bilgewatch_lsm_denials_total profile="$GUEST_PROFILE"
  tell "the denial and its path are an event" await says /api/v1/events '[.. | strings] | any(contains("/tmp/secret/file"))'
}

check_oom() {
  tell "a full tmpfs is the cause of an OOM kill" await near_truth 0 "kills_of tmpfs-eater" bilgewatch_oom_kills_total cause=tmpfs container=tmpfs-eater
  tell "a hungry process is the cause of another" await near_truth 0 "kills_of full" bilgewatch_oom_kills_total cause=memory container=full
  tell "there were kills to count" await at_least 2 bilgewatch_oom_kills_total
  tell "the fullest tmpfs is named in the event" await says /api/v1/events '[.. | strings] | any(contains("/scratch"))'
}

check_write_failures() {
  local failures=bilgewatch_write_failures_total
  tell "ENOSPC at the quota, from the container's log" await is 1 $failures errno=ENOSPC source=log container=full
  tell "ENOSPC at the quota, from the kernel" await at_least 1 $failures errno=ENOSPC source=kernel container=full
  tell "EROFS from the container's log" await is 1 $failures errno=EROFS source=log container=sealed
  tell "EROFS from the kernel, with its path" await at_least 1 $failures errno=EROFS path=/refused source=kernel container=sealed
}

agent_ends() {
  local status=0
  end_process "$agent" 30
  wait "$agent" || status=$?
  echo "it ended with status $status; its log: $(tail -n 3 "$OUT/agent.log")"
  ((status == 0 || status == 143))
}

nothing_is_left() {
  local instances
  instances=$(ls /sys/kernel/tracing/instances) || return 1
  echo "instances: $instances"
  [[ -z $instances ]] || return 1
  echo "dynamic events: $(head -n 3 /sys/kernel/tracing/dynamic_events)"
  [[ ! -s /sys/kernel/tracing/dynamic_events || -z $(</sys/kernel/tracing/dynamic_events) ]]
}

# The agent starts while the image is made ready: the one takes long, and there are two processors.
main() {
  : >"$OUT/checks.tsv"
  note "Linux $(uname -r), $(nproc) processors"
  engine_start || fail 1 "guest: the Docker Engine did not start; see above."
  start_agent
  load_profile
  engine_import "$ENGINE_DIR" "$GUEST_IMAGE" <"$1"
  tell "the engine is on cgroup v2, AppArmor and XFS" engine_is_other
  wait_for_agent
  start_containers
  AWAIT_SINCE=$SECONDS
  tell "the agent sees every container" await is "${#CONTAINERS[@]}" bilgewatch_container_running
  tell "the API names every container" says /api/v1/containers '[.containers[].name] | sort == ["full", "sealed", "tmpfs-eater"]'
  check_layers
  check_posture
  check_memory
  check_kernel_log
  check_oom
  check_write_failures
  tell "the agent ends when it is told to" agent_ends
  tell "its tracing ends with it" nothing_is_left
}

main "$@"
