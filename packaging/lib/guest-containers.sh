# shellcheck shell=bash
# The containers that the job in the guest makes, and what the guest itself knows of them: control groups, df, du. Needs engine.sh
# and guest-metrics.sh.

GUEST_IMAGE=bilgewatch-guest:1
GUEST_PROFILE=bilgewatch-test
DENIED=15
CONTAINERS=(full sealed tmpfs-eater)
declare -A PIDS=() UPPERS=() CGROUPS=()

# It waits without a child: after an OOM kill the memory for one may not be there.
IDLE='read -r forever'

# Everything is allowed but what is denied aloud: a rule that denies without "audit" is silent.
load_profile() {
  apparmor_parser --replace <<PROFILE
profile $GUEST_PROFILE flags=(attach_disconnected, mediate_deleted) {
  capability,
  file,
  mount,
  network,
  ptrace,
  signal,
  umount,
  audit deny /tmp/secret/** w,
}
PROFILE
}

# container NAME OPTION... -- SHELL-TEXT: its standard input stays open for IDLE.
container() {
  local name=$1 options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  engine_docker "$ENGINE_DIR" run --detach --interactive --network=none --name="$name" "${options[@]}" \
    "$GUEST_IMAGE" sh -c "$2; $IDLE" >>"$OUT/docker.log" 2>&1
}

# Few of them and all at once, since each takes a quarter of a minute of processor time here: one fills its quota and then its memory,
# one is sealed and denied, and one fills a tmpfs. What is denied is done by processes that live for a moment, and then by the shell. The
# tmpfs is there for a while before it is full: an OOM kill names the fullest by what was read last.
start_containers() {
  local name started=()
  note "starting the containers ${CONTAINERS[*]}"
  container full --storage-opt size=50M --memory 64m -- \
    'dd if=/dev/zero of=/fill bs=1M count=60; dd if=/dev/zero of=/dev/null bs=128M count=1' &
  started+=($!)
  container sealed --read-only --tmpfs /tmp:size=16m --memory 128m --security-opt "apparmor=$GUEST_PROFILE" -- \
    "dd if=/dev/zero of=/tmp/cache bs=1M count=4; touch /refused; mkdir /tmp/secret
    i=0; while [ \$i -lt $DENIED ]; do mkdir /tmp/secret/dir\$i 2>/dev/null; i=\$((i + 1)); done; echo x >/tmp/secret/file" &
  started+=($!)
  container tmpfs-eater --memory 64m --tmpfs /scratch:size=256m --security-opt apparmor=unconfined -- \
    'sleep 8; dd if=/dev/zero of=/scratch/spool bs=1M count=100' &
  started+=($!)
  for name in "${started[@]}"; do
    wait "$name" || fail 1 "guest: a container did not start: $(cat "$OUT/docker.log")"
  done
  remember_containers
  note "they have started"
}

# The CLI takes seconds to start in the guest: what does not change is asked once.
remember_containers() {
  local name pid upper
  while read -r name pid upper; do
    PIDS[${name#/}]=$pid
    UPPERS[${name#/}]=$upper
    CGROUPS[${name#/}]=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
  done < <(engine_docker "$ENGINE_DIR" inspect --format '{{.Name}} {{.State.Pid}} {{.GraphDriver.Data.UpperDir}}' "${CONTAINERS[@]}")
}

# kills_of NAME: as the kernel counts them in its control group.
kills_of() {
  awk '$1 == "oom_kill" { print $2 }' "${CGROUPS[$1]}/memory.events"
}

# shmem_of NAME
shmem_of() {
  awk '$1 == "shmem" { print $2 }' "${CGROUPS[$1]}/memory.stat"
}

# limit_of NAME
limit_of() {
  cat "${CGROUPS[$1]}/memory.max"
}

# disk_of NAME: what du says of the writable layer.
disk_of() {
  du -s --block-size=1 "${UPPERS[$1]}" | cut -f 1
}

# statfs_of NAME PATH size|used: what stat -f says of a path inside of it.
statfs_of() {
  local block all free
  read -r block all free < <(stat --file-system --format='%S %b %f' "/proc/${PIDS[$1]}/root$2")
  [[ $3 == size ]] || all=$((all - free))
  echo $((block * all))
}
