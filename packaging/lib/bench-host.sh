# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# packaging/bench host: the agent on a private engine full of containers, and beside it in the same run what else tells how
# much containers write. Needs bench.sh.

# bench_cadvisor_start PATH: with its disk metrics, for Docker alone. Sets cadvisor to its pid.
bench_cadvisor_start() {
  local at
  at=$(http_free_port)
  # Its own list of what is off by default, without disk and diskIO; "" would turn on everything.
  "$1" -listen_ip=127.0.0.1 -port="$at" -docker="unix://$ENGINE_DIR/docker.sock" -containerd="$ENGINE_DIR/containerd.sock" \
    -docker_only=true -store_container_labels=false \
    -disable_metrics=advtcp,cpu_topology,cpuset,hugetlb,memory_numa,process,referenced_memory,resctrl,sched,tcp,udp \
    >"$work/cadvisor.log" 2>&1 &
  cadvisor=$!
  BENCH_PIDS+=("$cadvisor")
  cadvisor_port=$at
}

# bench_cadvisor_scrape: answers where it tells of disk at all.
bench_cadvisor_scrape() {
  curl -s "http://127.0.0.1:$cadvisor_port/metrics" | grep -c '^container_fs_usage_bytes' || true
}

# bench_once NAME ROUNDS COMMAND...: a command that answers once, with the CPU that the engine's daemons take for it; the
# figures are a round's.
bench_once() {
  local name=$1 rounds=$2 round before after daemons began=${EPOCHREALTIME/./} own=() engines
  shift 2
  mapfile -t daemons < <(engine_daemons "$ENGINE_DIR" | while read -r pid; do
    # The shims are the containers'; dockerd and containerd are who works for the client.
    [[ $(<"/proc/$pid/comm") != containerd-shim* ]] && echo "$pid"
  done)
  before=$(costs_of "${daemons[@]}")
  for ((round = 0; round < rounds; round++)); do
    perl "$root/packaging/lib/costs.pl" "$work/costs" "$@" >/dev/null 2>"$work/once.err" || {
      cat "$work/once.err" >&2
      note "$name failed"
      return 0
    }
    own+=("$(<"$work/costs")")
  done
  after=$(costs_of "${daemons[@]}")
  read -ra engines <<<"$(costs_between "$before" "$after")"
  printf '%s\n' "${own[@]}" | awk -v name="$name" -v n="$rounds" -v engine="${engines[0]}" -v read="${engines[1]}" \
    -v calls="${engines[2]}" -v waits="${engines[3]}" -v inodes="$inodes" -v wall=$((${EPOCHREALTIME/./} - began)) '
      {cpu += $1; most = $2 > most ? $2 : most; read += $3; calls += $4; waits += $5}
      END {printf "%-30s %9.3f %9.3f %9.2f %9.0f %9.1f %9.0f %9.0f %9.0f\n", name, cpu / n, engine / n, 100 * (cpu + engine) / n / 15,
        (cpu + engine) * 1e9 / n / inodes, most / 1024, read / n / 1024, calls / n, waits / n}'
}

# bench_window SECONDS: the agent, and cAdvisor where there is one, over the same seconds.
bench_window() {
  local began=$SECONDS agent_before cadvisor_before=''
  agent_before=$(costs_of "$agent")
  [[ -z $cadvisor ]] || cadvisor_before=$(costs_of "$cadvisor")
  local until=$((SECONDS + $1)) scraper
  bench_scrapes "$1" &
  scraper=$!
  while ((SECONDS < until)); do
    sleep $((until - SECONDS < 15 ? until - SECONDS : 15))
    [[ -z $cadvisor ]] || bench_cadvisor_scrape >/dev/null
  done
  wait "$scraper"
  table_head
  # shellcheck disable=SC2046 # words of figures
  table_row "bilgewatch" $((SECONDS - began)) $(costs_between "$agent_before" "$(costs_of "$agent")") $(memory_of "$agent")
  # shellcheck disable=SC2046
  [[ -z $cadvisor ]] ||
    table_row "cAdvisor ($(bench_cadvisor_scrape) disk series)" $((SECONDS - began)) $(costs_between "$cadvisor_before" "$(costs_of "$cadvisor")") $(memory_of "$cadvisor")
}

# bench_uppers: prints the upperdir of each container.
bench_uppers() {
  engine_docker "$ENGINE_DIR" ps -aq | DOCKER_HOST="unix://$ENGINE_DIR/docker.sock" DOCKER_CONFIG="$ENGINE_DIR/cli" xargs docker inspect -f '{{.GraphDriver.Data.UpperDir}}'
}

bench_host() {
  local cadvisor='' cadvisor_port='' inodes uppers scan client
  bench_engine
  client=(env DOCKER_CONFIG="$ENGINE_DIR/cli" DOCKER_HOST="unix://$ENGINE_DIR/docker.sock" docker)
  bench_containers 0 "$containers" $((files / containers))
  "$root/packaging/aot-cache"
  bench_agent_start
  bench_settle "$containers"
  if [[ -n $cadvisor_path ]]; then
    bench_cadvisor_start "$cadvisor_path"
    note "cAdvisor settles for $settle s"
    sleep "$settle"
  fi
  printf '\n%d containers, %d files in their layers; a scrape each 15 s, over %d s:\n' "$containers" "$files" "$seconds"
  bench_window "$seconds"
  printf '\nof that by collector, CPU seconds since the start:\n'
  curl -s "http://127.0.0.1:$port/metrics" | awk '/^bilgewatch_collector_cpu_seconds_total/ {print $2, $1}' | sort -rn | head -5
  curl -s -o "$work/scrape" -w 'scrape: %{size_download} bytes in %{time_total} s\n' "http://127.0.0.1:$port/metrics"
  inodes=$(bench_sum bilgewatch_writable_layer_inodes)
  inodes=${inodes%.*}
  scan=$(bench_sum bilgewatch_writable_layer_scan_seconds)
  awk -v s="$scan" -v n="$inodes" 'BEGIN {printf "last walks of all layers: %.3f CPU s, %d inodes, %.0f ns each\n", s, n, s * 1e9 / n}'
  bench_end "$agent"
  [[ -z $cadvisor ]] || bench_end "$cadvisor"

  printf '\nonce each, mean of %d rounds; %% core: were it asked each 15 s\n' "$rounds"
  printf '%-30s %9s %9s %9s %9s %9s %9s %9s %9s\n' "" "CPU s" "engine s" "% core" "ns/inode" "MiB most" "read KiB" "reads" "waits"
  mapfile -t uppers < <(bench_uppers)
  bench_once "du -s of the upperdirs" "$rounds" du -s "${uppers[@]}"
  bench_once "docker ps -s" "$rounds" "${client[@]}" ps -s
  bench_once "docker system df" "$rounds" "${client[@]}" system df
}
