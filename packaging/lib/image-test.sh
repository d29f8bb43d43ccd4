#!/bin/bash
# image-test.sh ENGINE-DIR IMAGE
#
# Runs the agent's image IMAGE on a private engine by the very command of docs/install.md, and an agent on the host beside it: both must say the same of
# the engine's containers. Needs a built agent, and an image bilgewatch-test:1 on the engine. Prints what it does; the status is 0
# where all was as it should be.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
# shellcheck source=packaging/lib/engine.sh
. "$root/packaging/lib/engine.sh"
# shellcheck source=packaging/lib/http.sh
. "$root/packaging/lib/http.sh"

dir=$1 image=$2 work='' host_pid=''
SECONDS_TO_AGREE=60
NAMES=(image-agent image-writes image-sealed)

wrong() {
  echo "WRONG: $*"
  exit 1
}

docker_here() {
  engine_docker "$dir" "$@"
}

# shellcheck disable=SC2317 # called by a trap
clean_up() {
  [[ -z $host_pid ]] || kill "$host_pid" 2>/dev/null || true
  docker_here swarm leave --force >/dev/null 2>&1 || true
  docker_here rm --force "${NAMES[@]}" >/dev/null 2>&1 || true
  docker_here volume rm bilgewatch bilgewatch_state >/dev/null 2>&1 || true
  rm -rf -- "$work"
}

# documented_command: the command in docs/install.md that runs the container, one word a line.
documented_command() {
  sed -n '/^\$ docker run --detach --name=bilgewatch /,/^    bilgewatch serve$/p' "$root/docs/install.md" |
    sed -e 's/^\$ //' -e 's/\\$//' | tr -s ' \n' '\n' | sed '/^$/d'
}

# run_documented PORT: as it stands there, but for the name, the image, this engine's data root, and the port.
run_documented() {
  local words word args=()
  mapfile -t words < <(documented_command)
  [[ ${words[0]-} == docker && ${words[1]-} == run && ${words[-1]} == serve ]] || wrong "the command in docs/install.md was not found: ${words[*]-}"
  for word in "${words[@]:2:${#words[@]}-4}"; do
    case $word in
      --name=*) word=--name=image-agent ;;
      --restart=*) continue ;;
      # A host whose engine is private alone may have none.
      *source=/etc/docker,*) [[ -d /etc/docker ]] || continue ;;
      *source=/var/lib/docker,*) word=--mount=type=bind,source=$dir/data,target=/host$dir/data,readonly ;;
    esac
    args+=("$word")
  done
  # Its root is read-only: where the data root is mounted must be there before.
  docker_here run "${args[@]}" "$image" serve --docker.data-root="$dir/data" --web.listen-address=127.0.0.1:"$1"
}

# Some machines' first process lets nobody look through its root, whatever capabilities he has: there the host's own tmpfs can't be told from a container.
unseen='^$'
first_is_closed() {
  ! docker_here run --rm --network=none --pid=host --cap-add=SYS_PTRACE --cap-add=DAC_READ_SEARCH bilgewatch-test:1 ls /proc/1/root/ >/dev/null 2>&1
}

# figures PORT: what both must say alike: every series of the containers but those that move by themselves or are of the agent itself, and of these
# the values too where they stand still.
figures() {
  curl --silent --max-time 10 "http://127.0.0.1:$1/metrics" | grep '^bilgewatch_' |
    grep -Ev '^bilgewatch_(collector|build_info|alert|kernel_log_(records|lost)|host_memory|memory_|unattributed|write_failures|filesystem_|container_log|inventory)' |
    grep -Ev '^bilgewatch_[a-z_]*(growth|full_seconds|timestamp|_age|risk|headroom|_cpu_|measured|scan_seconds)[a-z_]*[{ ]' |
    grep -Ev "$unseen" | LC_ALL=C sort
}

# names PORT: each metric and its labels, whatever the value.
names() {
  curl --silent --max-time 10 "http://127.0.0.1:$1/metrics" | grep '^bilgewatch_' | grep -Ev '^bilgewatch_(collector|build_info|alert)' | grep -Ev "$unseen" | sed 's/ [^ ]*$//' | LC_ALL=C sort
}

agree() {
  figures "$inside_port" >"$work/inside" && figures "$host_port" >"$work/host" && [[ -s $work/host ]] && diff -u "$work/host" "$work/inside" >"$work/difference" &&
    names "$inside_port" >"$work/inside-names" && names "$host_port" >"$work/host-names" && diff -u "$work/host-names" "$work/inside-names" >"$work/difference"
}

# deploy_stack PORT: as packaging/docker/stack.yml has it, but for the image, this engine's data root, the port, and a directory that may not be there.
deploy_stack() {
  sed -e "s|bilgewatch:latest|$image|" -e "s|source: /var/lib/docker, target: /host/var/lib/docker|source: $dir/data, target: /host$dir/data|" \
    -e "s|command: \[serve\]|command: [serve, --docker.data-root=$dir/data, --web.listen-address=127.0.0.1:$1]|" -e '/source: .etc.docker/d' \
    "$root/packaging/docker/stack.yml" >"$work/stack.yml"
  docker_here swarm init --advertise-addr 127.0.0.1 >/dev/null
  docker_here stack deploy --resolve-image never --compose-file "$work/stack.yml" bilgewatch >/dev/null 2>&1
}

# layers PORT: the figures of the two samples' layers and tmpfs mounts.
layers() {
  curl --silent --max-time 10 "http://127.0.0.1:$1/metrics" | grep -E '^bilgewatch_(writable_layer_(bytes|inodes)|tmpfs_(size|used)_bytes|rootfs_readonly)\{container="image-(writes|sealed)"' | LC_ALL=C sort
}

service_agrees() {
  layers "$host_port" >"$work/host-layers" && layers "$inside_port" >"$work/service-layers" && [[ -s $work/host-layers ]] &&
    diff -u "$work/host-layers" "$work/service-layers" >"$work/difference"
}

trap clean_up EXIT
work=$(mktemp -d)
: >"$work/config.yml"
inside_port=$(http_free_port)
host_port=$((inside_port + 1))
while port_taken "$host_port"; do ((host_port += 1)); done

docker_here run --detach --network=none --name=image-writes --tmpfs=/scratch:size=8m --memory=64m bilgewatch-test:1 \
  sh -c 'dd if=/dev/zero of=/written bs=1M count=5; dd if=/dev/zero of=/scratch/a bs=1M count=2; mkdir /d; echo x >/d/f; exec tail -f /dev/null' >/dev/null
docker_here run --detach --network=none --name=image-sealed --read-only --tmpfs=/tmp:size=1m bilgewatch-test:1 sh -c 'exec tail -f /dev/null' >/dev/null
if first_is_closed; then
  unseen='host_tmpfs'
  echo "this machine's first process is closed to everybody: the host's own tmpfs are left out"
fi
started=$(date +%s%N)
run_documented "$inside_port" >/dev/null
"$root/packaging/bin/bilgewatch" serve --config.file="$work/config.yml" --docker.data-root="$dir/data" --web.listen-address=127.0.0.1:"$host_port" >"$work/host.log" 2>&1 &
host_pid=$!
until [[ $(http_status "$inside_port" /-/ready || true) == 200 ]]; do
  (($(date +%s%N) - started < 60000000000)) || wrong "it did not become ready: $(docker_here logs image-agent 2>&1 | tail -n 20)"
  sleep 0.1
done
echo "ready after $((($(date +%s%N) - started) / 1000000)) ms"
since=$SECONDS
until agree; do
  ((SECONDS - since < SECONDS_TO_AGREE)) || wrong "the two do not say the same (- host, + image): $(head -n 40 "$work/difference")"
  sleep 1
done
(($(grep -c '^bilgewatch_\(writable_layer\|tmpfs\|rootfs\|hardening\)' "$work/host") > 40)) || wrong "hardly anything was compared: $(cat "$work/host")"
echo "both say the same: $(wc -l <"$work/host") figures, $(wc -l <"$work/host-names") series"
grep -q '^bilgewatch_kernel_log_up{source="kmsg"} 1' "$work/inside" || wrong "the kernel's log is not read in the container"
docker_here logs image-agent 2>&1 | grep -E ' (warn|error) ' | grep -Ev "$unseen" && wrong "it warned of something"
[[ $(docker_here inspect --format '{{.HostConfig.Privileged}} {{.HostConfig.ReadonlyRootfs}}' image-agent) == 'false true' ]] || wrong "it is privileged, or its root is writable"
[[ -z $(docker_here diff image-agent | grep -v '^[AC] /\(host\|var\|var/lib\|tmp\|dev\|proc\|sys\|etc\)' || true) ]] || wrong "it wrote: $(docker_here diff image-agent)"
docker_here stop --time=20 image-agent >/dev/null
[[ $(docker_here inspect --format '{{.State.ExitCode}}' image-agent) =~ ^(0|143)$ ]] || wrong "it did not end well: $(docker_here inspect --format '{{.State.ExitCode}}' image-agent)"
deploy_stack "$inside_port"
since=$SECONDS
until service_agrees; do
  ((SECONDS - since < SECONDS_TO_AGREE)) || wrong "the service of a Swarm says something else (- host, + service): $(cat "$work/difference") $(docker_here service ps bilgewatch_agent --no-trunc)"
  sleep 1
done
echo "the service of a Swarm says the same of layers and tmpfs: $(wc -l <"$work/host-layers") figures"
echo "size: $(docker_here image inspect --format '{{.Size}}' "$image") bytes"
echo "all was as it should be"
