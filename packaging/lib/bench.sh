# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# What the benchmarks share: an engine full of containers and files, the agent on it, and what processes cost. Needs engine.sh,
# http.sh and java.sh, and of its caller: root, work (a directory), each (files in a directory) and settle (seconds).

# The processes that were started here, for bench_finish.
BENCH_PIDS=()
agent='' port=''

# bench_finish: ends everything that was started, and removes it.
bench_finish() {
  local pid
  for pid in "${BENCH_PIDS[@]}"; do
    end_process "$pid" 10 || true
  done
  [[ -z ${ENGINE_DIR:-} ]] || engine_stop "$ENGINE_DIR"
  [[ -z ${work:-} ]] || rm -rf -- "$work"
}

# bench_end PID: ends one of them and waits for it.
bench_end() {
  local pid left=()
  end_process "$1" 10 || true
  wait "$1" 2>/dev/null || true
  for pid in "${BENCH_PIDS[@]}"; do
    [[ $pid == "$1" ]] || left+=("$pid")
  done
  BENCH_PIDS=("${left[@]}")
}

# bench_engine: a private engine with the image bilgewatch/bench.
bench_engine() {
  ENGINE_OWNER_PID=$$ engine_start
  engine_image "$ENGINE_DIR" bilgewatch/bench
}

# bench_engine_end: and all its containers.
bench_engine_end() {
  engine_stop "$ENGINE_DIR"
  ENGINE_DIR=''
}

# bench_docker ARGUMENT...: what the CLI has to say (such as "no swap limit") only where it fails.
bench_docker() {
  engine_docker "$ENGINE_DIR" "$@" >/dev/null 2>"$work/docker.err" || {
    cat "$work/docker.err" >&2
    fail 1 "bench: docker $1 failed."
  }
}

# What names the files number FROM to TO (without it), $each in each directory; for a shell here or in a container.
# shellcheck disable=SC2016 # awk's own, and the shell's that runs it
BENCH_FILL='names() { awk -v from=$1 -v to=$2 -v each=$3 "BEGIN {for (i = from; i < to; i++) printf \"d%d$4\n\", i / each, i}"; }
  names $1 $2 $3 "" | uniq | xargs mkdir -p && names $1 $2 $3 /f%d | xargs touch'

# bench_fill DIRECTORY FROM TO: real files of their own, no links.
bench_fill() {
  mkdir -p "$1"
  (cd "$1" && sh -c "$BENCH_FILL" fill "$2" "$3" "$each")
}

# bench_fill_more CONTAINER FROM TO: the same from within, as its own program would.
bench_fill_more() {
  bench_docker exec "$1" sh -c "cd /files && $BENCH_FILL" fill "$2" "$3" "$each"
}

# bench_containers FROM TO FILES: creates and starts bench-FROM to bench-(TO-1) with FILES files each. These are made in the
# upperdir before the overlay is mounted, as if the container had made them, which would take much longer.
bench_containers() {
  local number upper
  note "starting containers $1 to $(($2 - 1)) with $3 files each, $each in a directory"
  for ((number = $1; number < $2; number++)); do
    bench_docker create --network=none --name "bench-$number" --memory=64m --tmpfs=/tmp:size=16m \
      bilgewatch/bench sh -c 'while :; do sleep 100000; done'
    upper=$(engine_docker "$ENGINE_DIR" inspect -f '{{.GraphDriver.Data.UpperDir}}' "bench-$number")
    bench_fill "$upper/files" 0 "$3"
    bench_docker start "bench-$number"
  done
}

# bench_agent_start: starts the agent, and waits for its first scrape that shows containers. Sets agent and port.
bench_agent_start() {
  local began
  port=$(http_free_port)
  began=${EPOCHREALTIME/./}
  "$root/packaging/bin/bilgewatch" serve --docker.data-root="$ENGINE_DIR/data" --web.listen-address="127.0.0.1:$port" \
    2>"$work/agent.log" &
  agent=$!
  BENCH_PIDS+=("$agent")
  # grep reads to the end: one that leaves early breaks curl's pipe, and pipefail takes that for a no.
  until curl -sf "http://127.0.0.1:$port/metrics" 2>/dev/null | grep '^bilgewatch_container_info' >/dev/null; do
    if ! process_runs "$agent"; then
      cat "$work/agent.log" >&2
      fail 1 "bench: the agent ended."
    fi
    sleep 0.01
  done
  printf 'start to first scrape with containers: %d ms\n' $(((${EPOCHREALTIME/./} - began) / 1000))
}

# bench_settle: waits until every layer is measured, and then the seconds of --settle.
bench_settle() {
  local since=$SECONDS
  until (($(bench_count bilgewatch_writable_layer_bytes) >= $1)); do
    ((SECONDS - since < 1800)) || fail 1 "bench: after half an hour not every layer is measured."
    sleep 1
  done
  note "all $1 layers are measured after $((SECONDS - since)) s; settling for $settle s"
  sleep "$settle"
}

# bench_count METRIC: how many series it has.
bench_count() {
  curl -s "http://127.0.0.1:$port/metrics" | grep -c "^$1{" || true
}

# bench_sum METRIC
bench_sum() {
  curl -s "http://127.0.0.1:$port/metrics" | awk -v name="$1{" 'index($0, name) == 1 {sum += $NF} END {printf "%.6f\n", sum}'
}

# costs_of PID...: what they took since their start, together: CPU seconds, bytes read from disk, read calls, and times that a
# thread of theirs waited (voluntary context switches); of threads that have ended, the last is not told.
costs_of() {
  local pid ticks=0 read=0 calls=0 waits=0 io
  for pid in "$@"; do
    # proc_pid_stat(5), fields 14 and 15; the name before them may hold blanks.
    ticks=$((ticks + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}')))
    io=$(<"/proc/$pid/io")
    read=$((read + $(awk '$1 == "read_bytes:" {print $2}' <<<"$io")))
    calls=$((calls + $(awk '$1 == "syscr:" {print $2}' <<<"$io")))
    waits=$((waits + $(cat "/proc/$pid"/task/*/status 2>/dev/null | awk '/^voluntary_ctxt/ {sum += $2} END {print sum + 0}')))
  done
  echo "$(awk -v t=$ticks -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.2f", t / hz}') $read $calls $waits"
}

# costs_between BEFORE AFTER: their difference, from two lines of costs_of.
costs_between() {
  awk '{for (i = 1; i <= NF; i++) {if (NR == 1) was[i] = $i; else printf "%.2f ", $i - was[i]}}' <<<"$1"$'\n'"$2"
}

# memory_of PID: resident MiB now and at most.
memory_of() {
  awk '/^VmRSS/ {now = $2} /^VmHWM/ {most = $2} END {printf "%.1f %.1f", now / 1024, most / 1024}' "/proc/$1/status"
}

# bench_scrapes SECONDS: passes them with a scrape each 15 s, as Prometheus would: with gzip, and over one connection.
bench_scrapes() {
  local until=$((SECONDS + $1))
  sleep $(($1 < 15 ? $1 : 15))
  # It is to be ended by the time, which timeout tells by 124.
  timeout $((until - SECONDS > 0 ? until - SECONDS : 1)) \
    curl -s --rate 4/m -H 'Accept-Encoding: gzip' -o /dev/null "http://127.0.0.1:$port/metrics?x=[1-100000]" || [[ $? == 124 ]]
}

# table_head, table_row NAME SECONDS CPU READ CALLS WAITS MEMORY MOST: a process over some time.
table_head() {
  printf '%-38s %9s %9s %9s %9s %10s %9s %9s\n' "" "CPU s" "% core" "MiB now" "MiB most" "read KiB" "reads/s" "waits/s"
}

table_row() {
  awk -v name="$1" -v s="$2" -v cpu="$3" -v read="$4" -v calls="$5" -v waits="$6" -v now="$7" -v most="$8" 'BEGIN {
    printf "%-38s %9.2f %9.2f %9.1f %9.1f %10.0f %9.1f %9.1f\n", name, cpu, 100 * cpu / s, now, most, read / 1024, calls / s, waits / s}'
}
