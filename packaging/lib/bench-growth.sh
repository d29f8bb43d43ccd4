# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# packaging/bench growth: what the agent takes as files, containers and changes become more, as ratios to the first row. Needs bench.sh.

# growth_change CONTAINERS EACH: in so many containers, EACH files a second of those that are there are written to, until the
# file /tmp/changing is gone.
growth_change() {
  local number
  for ((number = 0; number < $1; number++)); do
    # shellcheck disable=SC2016 # the container's shell
    bench_docker exec --detach "bench-$number" sh -c 'touch /tmp/changing; cd /files; set -- */*; while [ -e /tmp/changing ]; do
      n=0; while [ $n -lt '"$2"' ]; do echo x >>"$1"; shift; n=$((n + 1)); done; [ $# -gt 100 ] || set -- */*; sleep 1; done'
  done
}

growth_change_end() {
  local number
  for ((number = 0; number < $1; number++)); do
    bench_docker exec "bench-$number" rm -f /tmp/changing
  done
}

# growth_row NAME CONTAINERS: a new agent, settled, measured over the seconds; the first row is what the others are compared with.
growth_row() {
  local before after figures began memory
  bench_agent_start >&2
  bench_settle "$2"
  before=$(costs_of "$agent")
  began=$SECONDS
  bench_scrapes "$seconds"
  after=$(costs_of "$agent")
  read -ra figures <<<"$(costs_between "$before" "$after")"
  read -ra memory <<<"$(memory_of "$agent")"
  [[ -n $growth_first ]] || growth_first="${figures[0]} ${memory[0]} $((SECONDS - began))"
  awk -v name="$1" -v cpu="${figures[0]}" -v s=$((SECONDS - began)) -v waits="${figures[3]}" -v now="${memory[0]}" -v most="${memory[1]}" \
    -v first="$growth_first" 'BEGIN {
      split(first, f, " ")
      printf "%-48s %8.2f %8.2f %8.2f %9.1f %9.1f %8.2f %9.1f\n", name, cpu, 100 * cpu / s, (cpu / s) / (f[1] / f[3]), now, most, now / f[2], waits / s}'
  bench_end "$agent"
}

# growth_files CONTAINERS FROM TO: each container's share more. Each is started again then, as those of the first row were with
# their files there: else it stays charged for their inodes, up to its limit, where its memory is read each second.
growth_files() {
  local number
  note "adding $(($3 - $2)) files"
  for ((number = 0; number < $1; number++)); do
    bench_fill_more "bench-$number" $(($2 / $1)) $(($3 / $1))
    bench_docker restart --time=0 "bench-$number"
  done
}

bench_growth() {
  local running=0 has number many rate growth_first='' changers
  bench_engine
  "$root/packaging/aot-cache"
  printf '%-48s %8s %8s %8s %9s %9s %8s %9s\n' "over $seconds s, a scrape each 15 s" "CPU s" "% core" "ratio" "MiB now" "MiB most" "ratio" "waits/s"
  for number in ${growth_containers//,/ }; do
    ((number > running)) || fail 2 "bench: --growth-containers must grow."
    # Those that run already keep what they have: only the first number of containers grows in files.
    if ((running == 0)); then
      has=${growth_files%%,*}
      bench_containers 0 "$number" $((has / number))
      for many in ${growth_files//,/ }; do
        ((many <= has)) || growth_files "$number" "$has" "$many"
        has=$many
        growth_row "$number containers, $many files, quiet" "$number"
        if [[ $many == "${growth_files%%,*}" ]]; then
          for rate in ${growth_rates//,/ }; do
            ((rate > 0)) || continue
            changers=$((rate < number ? rate : number))
            growth_change "$changers" $((rate / changers))
            growth_row "$number containers, $many files, $rate changes a second" "$number"
            growth_change_end "$changers"
          done
        fi
      done
    else
      bench_containers "$running" "$number" $((${growth_files%%,*} / number))
      growth_row "$number containers, $((has + (number - running) * (${growth_files%%,*} / number))) files, quiet" "$number"
    fi
    running=$number
  done
}
