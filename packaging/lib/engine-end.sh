# shellcheck shell=bash
# The other half of engine.sh: ends a private engine and removes every trace of it, also where parts of it were killed.

# engine_daemons DIR: the pids of dockerd, containerd and the shims that carry DIR in their command line.
engine_daemons() {
  local process comm
  for process in /proc/[0-9]*; do
    read -r comm 2>/dev/null <"$process/comm" || continue
    case $comm in
      dockerd | containerd | containerd-shim* | runc*) ;;
      *) continue ;;
    esac
    ! tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$1/" || echo "${process#/proc/}"
  done
}

# engine_containers DIR: the ids of the containers that Docker still knows.
engine_containers() {
  local container
  for container in "$1"/data/containers/*/; do
    container=${container%/}
    container=${container##*/}
    [[ ${#container} -ne 64 ]] || echo "$container"
  done
}

# engine_container_processes DIR: the pids in the control groups of this engine's containers.
engine_container_processes() {
  local container
  for container in $(engine_containers "$1"); do
    grep -lsF -- "$container" /proc/[0-9]*/cgroup | cut -d / -f 3 || true
  done
}

# process_runs PID: a zombie that its parent has not asked for yet runs no more.
process_runs() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  [[ ${stat##*) } != [ZX]* ]]
}

# end_process PID SECONDS: SIGTERM, and SIGKILL where that is not heeded in time.
end_process() {
  local since=$SECONDS
  kill -TERM "$1" 2>/dev/null || return 0
  while process_runs "$1"; do
    if ((SECONDS - since >= $2)); then
      kill -KILL "$1" 2>/dev/null || true
      return 0
    fi
    sleep 0.1
  done
}

# engine_end_daemon FILE DIR SECONDS: ends the process named in the pid file, unless its pid is someone else's by now.
engine_end_daemon() {
  local pid
  [[ -r $1 ]] || return 0
  pid=$(<"$1")
  ! engine_daemons "$2" | grep -qx -- "$pid" || end_process "$pid" "$3"
}

# engine_remove_containers DIR: while the engine still answers; SIGKILL at once, they have nothing to save.
engine_remove_containers() {
  local containers
  engine_answers "$1" || return 0
  containers=$(engine_docker "$1" ps -aq)
  # shellcheck disable=SC2086 # one word for each container
  [[ -z $containers ]] || timeout 60 env DOCKER_CONFIG="$1/cli" DOCKER_HOST="unix://$1/docker.sock" docker rm -f $containers >/dev/null 2>&1 ||
    note "some containers did not go; they are ended with the engine"
}

# engine_unmount DIR: everything mounted below DIR, the innermost first; a mount that is busy is detached.
engine_unmount() {
  local mount
  while read -r mount; do
    mount=$(printf '%b' "$mount")
    umount -- "$mount" 2>/dev/null || umount -l -- "$mount" 2>/dev/null || true
  done < <(awk -v dir="$1/" 'index($5, dir) == 1 { gsub(/\\/, "\\0", $5); print $5 }' /proc/self/mountinfo | tac)
}

# engine_remove_debris DIR: what shims that had to be killed leave outside DIR: their sockets and control groups.
engine_remove_debris() {
  local container address
  for container in $(engine_containers "$1"); do
    address=$(cat "$1/containerd/state/io.containerd.runtime.v2.task/moby/$container/address" 2>/dev/null || true)
    [[ $address != unix:///run/containerd/s/* ]] || rm -f -- "${address#unix://}"
    rmdir {/sys/fs/cgroup,/sys/fs/cgroup/*}{/docker/"$container",/system.slice/docker-"$container".scope} 2>/dev/null || true
  done
}

# engine_remove_shared: the empty directories that the last engine on this host leaves behind.
engine_remove_shared() {
  ! grep -lsx dockerd /proc/[0-9]*/comm >/dev/null || return 0
  rmdir /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker 2>/dev/null || true
  rmdir -p /run/docker/plugins /run/containerd/s 2>/dev/null || true
}

# engine_stop DIR: ends and removes all of it. Can be repeated. Fails where something is left.
engine_stop() {
  local dir=$1 pid
  [[ $dir == */bilgewatch-engine.* && -d $dir ]] || return 0
  engine_remove_containers "$dir"
  engine_end_daemon "$dir/dockerd.pid" "$dir" 20
  engine_end_daemon "$dir/containerd.pid" "$dir" 10
  for pid in $(engine_daemons "$dir") $(engine_container_processes "$dir"); do
    end_process "$pid" 2
  done
  engine_remove_debris "$dir"
  engine_unmount "$dir"
  rm -rf --one-file-system -- "$dir"
  engine_remove_shared
  [[ ! -e $dir && -z $(engine_daemons "$dir") ]] || {
    note "could not remove all of $dir"
    return 1
  }
}
