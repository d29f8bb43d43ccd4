# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# packaging/bench writer: what a container that writes at full speed loses where the agent runs. Needs bench.sh.

# Turns one after the other, with one agent or with none.
WRITER_BLOCK=5

# What it does, by name: dd as it comes, and small files one after the other, all in its layer. Those in memory alone: ext4 does
# not use again what was removed within some minutes, and searches beyond it, which made 50,000 take 1.3 s or 21 s.
# shellcheck disable=SC2016 # the container's shell expands it
declare -A WRITER_DOES=(
  [dd-4k]='for i in 1 2 3; do dd if=/dev/zero of=/written bs=4k count=131072; done'
  [dd-1M]='for i in 1 2 3; do dd if=/dev/zero of=/written bs=1M count=512; done'
  [files]='i=0; while [ $i -lt 50000 ]; do echo $i >/small/$i; i=$((i + 1)); done'
)

# writer_start: a container with a shell that takes commands, so that none has to be started for each.
writer_start() {
  local pid
  bench_docker run --detach --network=none --name writer bilgewatch/bench sh -c 'while :; do sleep 100000; done'
  pid=$(engine_docker "$ENGINE_DIR" inspect -f '{{.State.Pid}}' writer)
  if [[ $(engine_cgroup_version) == v2 ]]; then
    writer_cgroup=/sys/fs/cgroup$(awk -F: '$1 == 0 {print $3}' "/proc/$pid/cgroup")
  else
    writer_cgroup=/sys/fs/cgroup/cpuacct$(awk -F: '$2 ~ /(^|,)cpuacct(,|$)/ {print $3}' "/proc/$pid/cgroup")
  fi
  mkfifo "$work/input" "$work/output"
  engine_docker "$ENGINE_DIR" exec --interactive writer sh <"$work/input" >"$work/output" 2>/dev/null &
  writer_shell=$!
  BENCH_PIDS+=("$writer_shell")
  exec 8>"$work/input" 9<"$work/output"
}

# writer_cpu: sets cpu to the microseconds of CPU that the container took since its start.
writer_cpu() {
  if [[ -e $writer_cgroup/cpuacct.usage ]]; then
    cpu=$(($(<"$writer_cgroup/cpuacct.usage") / 1000))
  else
    cpu=$(awk '$1 == "usage_usec" {print $2}' "$writer_cgroup/cpu.stat")
  fi
}

# writer_does: the names of what it does in $medium.
writer_does() {
  echo dd-4k dd-1M
  [[ $medium != memory ]] || echo files
}

# writer_run COMMAND: in the container, to its end.
writer_run() {
  local answer=''
  printf '{ %s; } >/dev/null 2>&1; echo "ended $?"\n' "$1" >&8
  read -r answer <&9 || true
  [[ $answer == "ended 0" ]] || fail 1 "bench: in the container '$1' ${answer:-did not end}."
}

# writer_turn STATE: each of what it does; one line each: name, state, microseconds of CPU and of time.
writer_turn() {
  local name cpu before began took told=''
  for name in $(writer_does); do
    writer_run 'mkdir /small'
    writer_cpu
    before=$cpu began=${EPOCHREALTIME/./}
    writer_run "${WRITER_DOES[$name]}"
    took=$((${EPOCHREALTIME/./} - began))
    writer_cpu
    printf '%s %s %d %d\n' "$name" "$1" $((cpu - before)) $took >>"$work/turns"
    told+=", $name $((took / 1000))"
    writer_run 'rm -rf /small /written'
  done
  note "$1, ms:${told#,}"
}

# writer_block STATE: some turns, after one for nothing. A pause before each, as long in both states: on a disk, what follows another at
# once takes less than what follows a pause.
writer_block() {
  local number
  writer_turn first
  for ((number = 0; number < WRITER_BLOCK; number++)); do
    sleep 3
    writer_turn "$1"
  done
}

# writer_with_agent: a block beside an agent that has compiled what it does.
writer_with_agent() {
  bench_agent_start >>"$work/starts"
  bench_settle "$containers"
  writer_block on
  bench_end "$agent"
}

# writer_report: lower quartiles, which other work on the machine disturbs least.
writer_report() {
  local column what
  printf '%d turns with and without the agent, layers %s, lower quartiles:\n' $((blocks * WRITER_BLOCK)) "$1"
  printf '%-8s %-5s %10s %10s %7s\n' "" "" "off, ms" "on, ms" "ratio"
  for what in $(writer_does); do
    for column in 3 4; do
      sort -n -k"$column,$column" "$work/turns" | awk -v what="$what" -v column=$column '
        $1 == what {t[$2, ++n[$2]] = $column}
        END {
          off = t["off", int((n["off"] + 3) / 4)]; on = t["on", int((n["on"] + 3) / 4)]
          printf "%-8s %-5s %10.0f %10.0f %7.3f\n", column == 3 ? what : "", column == 3 ? "CPU" : "time", off / 1000, on / 1000, on / off}'
    done
  done
}

# writer_measure MEDIUM WORDS: on an engine of its own.
writer_measure() {
  local medium=$1 block blocks=$(((tries + WRITER_BLOCK - 1) / WRITER_BLOCK)) writer_cgroup writer_shell
  bench_engine
  bench_containers 0 "$((containers - 1))" $((files / containers))
  writer_start
  "$root/packaging/aot-cache"
  for ((block = 1; block <= blocks; block++)); do
    note "block $block of $blocks"
    if ((block % 2)); then
      writer_block off
      writer_with_agent
    else
      writer_with_agent
      writer_block off
    fi
  done
  writer_report "$2"
  exec 8>&-
  wait "$writer_shell" || true
  exec 9<&-
  bench_engine_end
  rm -- "$work/turns" "$work/input" "$work/output"
}

bench_writer() {
  writer_measure disk "in ${TMPDIR:-/var/tmp}"
  TMPDIR=/dev/shm writer_measure memory 'in a tmpfs'
}
