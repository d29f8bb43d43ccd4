# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# packaging/bench freshness: how long after the end of a write the agent shows it, with its default configuration. Needs bench.sh.

# The clock of file times is that of the last timer tick, up to 4 ms behind (coarse): that is added to no figure.
FRESH_BYTES=$((100 << 20))
FRESH_PATIENCE=120

# fresh_answer: the API's answer about the container that is written to, in the variable answer; without another process.
fresh_answer() {
  local line
  answer=''
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /api/v1/containers/fresh HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
  while IFS= read -r -t 5 line <&3 || [[ -n $line ]]; do
    [[ $line != '{'* ]] || answer=$line
    line=''
  done
  exec 3<&-
}

# fresh_bytes layer|tmpfs: what the agent shows, in the variable shown; empty where it shows none.
fresh_bytes() {
  local pattern='"layer":\{"allocatedBytes":([0-9]+)'
  [[ $1 == layer ]] || pattern='"path":"/scratch"[^}]*"usedBytes":([0-9]+)'
  fresh_answer
  shown=''
  [[ ! $answer =~ $pattern ]] || shown=${BASH_REMATCH[1]}
}

# fresh_wait layer|tmpfs le|ge BYTES: until it is shown; sets seen to the time in microseconds. Asks each 50 ms.
fresh_wait() {
  local since=$SECONDS
  while :; do
    fresh_bytes "$1"
    if [[ -n $shown ]] && { [[ $2 == ge && $shown -ge $3 ]] || [[ $2 == le && $shown -le $3 ]]; }; then
      seen=${EPOCHREALTIME/./}
      return 0
    fi
    ((SECONDS - since < FRESH_PATIENCE)) || return 1
    sleep 0.05
  done
}

# fresh_try layer|tmpfs: sets took to the milliseconds from the end of a write to the first answer that has it.
fresh_try() {
  local file=/written pid written writer
  [[ $1 == layer ]] || file=/scratch/written
  pid=$(engine_docker "$ENGINE_DIR" inspect -f '{{.State.Pid}}' fresh)
  fresh_bytes "$1"
  local before=${shown:-0}
  engine_docker "$ENGINE_DIR" exec fresh dd if=/dev/zero of=$file bs=1M count=100 >/dev/null 2>&1 &
  writer=$!
  took=''
  if fresh_wait "$1" ge $((before + FRESH_BYTES)); then
    wait "$writer"
    written=$(stat -c %.6Y "/proc/$pid/root$file")
    took=$(((seen - ${written/./}) / 1000))
  fi
  wait "$writer" 2>/dev/null || true
  bench_docker exec fresh rm -f $file
  fresh_wait "$1" le $((before + FRESH_BYTES / 100)) || true
}

bench_freshness() {
  local what try took shown seen answer all
  bench_engine
  bench_containers 0 "$((containers - 1))" $((files / containers))
  bench_docker run --detach --network=none --name fresh --tmpfs=/scratch:size=256m bilgewatch/bench sh -c 'while :; do sleep 100000; done'
  "$root/packaging/aot-cache"
  bench_agent_start
  bench_settle "$containers"
  for what in layer tmpfs; do
    all=()
    for ((try = 1; try <= tries; try++)); do
      # At any point of whatever rhythm the agent has.
      sleep "$((RANDOM % 3)).$((RANDOM % 10))"
      fresh_try $what
      all+=("${took:-never}")
    done
    printf '100 MB into %s, %d tries, ms until it is shown: %s\n' "$what" "$tries" "${all[*]}"
    printf '%s\n' "${all[@]}" | sort -n | awk -v what=$what -v patience=$FRESH_PATIENCE '
      $1 == "never" {never++; next} {t[++n] = $1}
      END {printf "%s: median %d ms, most %d ms, not shown within %d s: %d\n", what, t[int((n + 1) / 2)], t[n], patience, never}'
  done
  bench_end "$agent"
}
