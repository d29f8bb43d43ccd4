#!/bin/bash
# A private Docker Engine: its own dockerd and containerd below one directory, no network, nothing shared with an engine
# that already runs here. To be sourced, or run as a command:
#
#   engine.sh start            prints the new engine's directory once it answers (socket DIR/docker.sock, data root DIR/data)
#   engine.sh image DIR NAME   imports the small busybox image under NAME
#   engine.sh stop DIR         removes the containers, ends the engine, unmounts and deletes DIR
#
# Needs root, dockerd, containerd, runc, docker and busybox. ENGINE_OWNER_PID (this shell) is the process the engine lives
# for: an engine whose owner died without stopping it is removed by the next start.

# shellcheck source=packaging/lib/progress.sh
. "${BASH_SOURCE[0]%/*}/progress.sh"
# shellcheck source=packaging/lib/engine-end.sh
. "${BASH_SOURCE[0]%/*}/engine-end.sh"

# A slow machine, such as the test guest, may allow it more.
ENGINE_START_SECONDS=${ENGINE_START_SECONDS:-60}
ENGINE_ANSWER_SECONDS=${ENGINE_ANSWER_SECONDS:-5}

# engine_docker DIR ARGUMENT...: the docker CLI on this engine, deaf to the caller's contexts and TLS settings.
engine_docker() {
  local dir=$1
  shift
  env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY -u DOCKER_CERT_PATH -u DOCKER_API_VERSION \
    DOCKER_CONFIG="$dir/cli" DOCKER_HOST="unix://$dir/docker.sock" docker "$@"
}

# engine_cgroup_version: prints v2, v1 or none.
engine_cgroup_version() {
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
    echo v2
  elif [[ -d /sys/fs/cgroup/memory ]]; then
    echo v1
  else
    echo none
  fi
}

# engine_missing: prints what a private engine needs and this host lacks, one name a line.
engine_missing() {
  local tool
  for tool in dockerd containerd runc docker busybox; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
}

# engine_check: ends with the reason where no private engine can run here.
engine_check() {
  local missing
  ((EUID == 0)) || fail 2 "engine: a Docker Engine needs root"
  missing=$(engine_missing)
  [[ -z $missing ]] || fail 2 "engine: not found: ${missing//$'\n'/, } (Debian: apt-get install docker.io busybox-static)"
  [[ $(engine_cgroup_version) != none ]] || fail 2 "engine: no control groups are mounted on /sys/fs/cgroup"
}

# process_start_time PID: its start in clock ticks since boot, field 22 of /proc/PID/stat (proc(5)); tells a reused pid.
process_start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  echo "${fields[19]}"
}

# engine_owner_lives DIR
engine_owner_lives() {
  local pid start
  read -r pid start 2>/dev/null <"$1/owner" || return 1
  [[ $(process_start_time "$pid") == "$start" ]]
}

# engine_sweep: removes the engines that an owner left behind.
engine_sweep() {
  local dir
  for dir in "${TMPDIR:-/var/tmp}"/bilgewatch-engine.*; do
    [[ -f $dir/owner ]] || continue
    engine_owner_lives "$dir" && continue
    note "removing an engine that was left behind in $dir"
    engine_stop "$dir" || true
  done
}

# engine_new_dir: makes the directory, owned by ENGINE_OWNER_PID, and sets ENGINE_DIR.
engine_new_dir() {
  local owner=${ENGINE_OWNER_PID:-$$} parent=${TMPDIR:-/var/tmp}
  # A Unix socket's path is at most 107 bytes long, and containerd's longest is 40 below the directory.
  [[ $parent == /* && ${#parent} -le 40 && $parent != *[^[:alnum:]._/-]* ]] ||
    fail 2 "engine: TMPDIR must be an absolute path of at most 40 plain characters: $parent"
  ENGINE_DIR=$(mktemp -d "$parent/bilgewatch-engine.XXXXXX") || fail 1 "engine: no directory can be made in $parent"
  # The socket's and the data root's own modes guard them; a test's non-root user must be able to pass.
  chmod 711 "$ENGINE_DIR"
  echo "$owner $(process_start_time "$owner")" >"$ENGINE_DIR/owner"
  mkdir "$ENGINE_DIR/cli"
}

engine_start_containerd() {
  local dir=$1
  cat >"$dir/containerd.toml" <<TOML
version = 2
root = "$dir/containerd/root"
state = "$dir/containerd/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
[grpc]
  address = "$dir/containerd.sock"
TOML
  # A session of its own: the Ctrl-C of a terminal is for the script, which ends the engine in order.
  setsid containerd --config "$dir/containerd.toml" --log-level warn >>"$dir/containerd.log" 2>&1 </dev/null &
  echo $! >"$dir/containerd.pid"
}

# engine_configure DIR: its own daemon.json, since a key of the host's that is also a flag here would be an error.
engine_configure() {
  local dir=$1 version
  # Old engines leave a key in /etc/docker unless told otherwise; newer ones reject the setting, and can be asked.
  echo "{\"deprecated-key-path\": \"$dir/key.json\"}" >"$dir/daemon.json"
  version=$(dockerd --version)
  version=${version#*version }
  ((${version%%.*} < 23)) || dockerd --validate --config-file="$dir/daemon.json" >/dev/null 2>&1 || echo '{}' >"$dir/daemon.json"
}

engine_start_dockerd() {
  local dir=$1
  setsid dockerd --config-file="$dir/daemon.json" --containerd="$dir/containerd.sock" --host="unix://$dir/docker.sock" \
    --data-root="$dir/data" --exec-root="$dir/exec" --pidfile="$dir/dockerd-own.pid" --storage-driver=overlay2 \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false \
    --log-level=warn >>"$dir/dockerd.log" 2>&1 </dev/null &
  echo $! >"$dir/dockerd.pid"
}

# engine_answers DIR
engine_answers() {
  timeout "$ENGINE_ANSWER_SECONDS" env DOCKER_CONFIG="$1/cli" DOCKER_HOST="unix://$1/docker.sock" docker version >/dev/null 2>&1
}

# engine_wait DIR: until it answers; fails where one of the two daemons ends or ENGINE_START_SECONDS have passed.
engine_wait() {
  local dir=$1 since=$SECONDS pid
  # The CLI is not started before there is somebody to ask: on a slow machine that alone takes seconds.
  until [[ -S $dir/docker.sock ]] && engine_answers "$dir"; do
    for pid in "$(<"$dir/containerd.pid")" "$(<"$dir/dockerd.pid")"; do
      process_runs "$pid" || return 1
    done
    ((SECONDS - since < ENGINE_START_SECONDS)) || return 1
    sleep "$SHOW_PAUSE"
  done
}

# engine_start: starts an engine and sets ENGINE_DIR; on failure shows the engine's log, removes all and returns 1.
engine_start() {
  engine_check
  engine_sweep
  engine_new_dir
  engine_configure "$ENGINE_DIR"
  engine_start_containerd "$ENGINE_DIR"
  engine_start_dockerd "$ENGINE_DIR"
  if ! show_while "starting a private Docker Engine in $ENGINE_DIR" "$ENGINE_DIR/wait.log" engine_wait "$ENGINE_DIR"; then
    tail -n 15 "$ENGINE_DIR/containerd.log" "$ENGINE_DIR/dockerd.log" >&2
    note "its storage must be able to carry overlayfs; TMPDIR chooses another place"
    engine_stop "$ENGINE_DIR" || true
    return 1
  fi
}

# engine_image_tree DIR: a root file system: busybox, whatever libraries it needs, two users, and files to modify and delete.
engine_image_tree() {
  local tree=$1 busybox applet library
  busybox=$(command -v busybox)
  mkdir -p "$tree"/{bin,dev,etc,home/app,proc,root,run,sys,tmp,usr/share/words,var/lib/app,var/log}
  cp -L "$busybox" "$tree/bin/busybox"
  for library in $(ldd "$busybox" 2>/dev/null | grep -o '/[^ )]*'); do
    install -D "$library" "$tree$library"
  done
  for applet in $("$busybox" --list); do
    [[ $applet == busybox ]] || ln -s busybox "$tree/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n' >"$tree/etc/passwd"
  printf 'root:x:0:\napp:x:1000:\n' >"$tree/etc/group"
  echo 'A sample of Bilgewatch.' >"$tree/etc/motd"
  echo 'export PATH=/bin' >"$tree/etc/profile"
  for applet in {1..20}; do
    echo "word $applet" >"$tree/usr/share/words/$applet"
    echo "state $applet" >"$tree/var/lib/app/$applet"
  done
  chmod 1777 "$tree/tmp"
  chown -R 0:0 "$tree"
  chown 1000:1000 "$tree/home/app"
}

# engine_image_archive TREE: makes the tree, and prints it as an archive.
engine_image_archive() {
  engine_image_tree "$1" && tar -C "$1" --sort=name --mtime=@0 --numeric-owner -cf - . && rm -rf -- "$1"
}

# engine_import DIR NAME: the image NAME of the archive on standard input.
engine_import() {
  engine_docker "$1" import --change 'ENV PATH=/bin' --change 'CMD ["sh"]' - "$2" >/dev/null
}

# engine_image DIR NAME
engine_image() {
  engine_image_archive "$1/image" | engine_import "$1" "$2"
}

engine_command() {
  set -euo pipefail
  case ${1:-} in
    start)
      ENGINE_OWNER_PID=${ENGINE_OWNER_PID:-$PPID}
      engine_start
      echo "$ENGINE_DIR"
      ;;
    image) engine_image "$2" "$3" ;;
    stop) engine_stop "$2" ;;
    *)
      usage_of "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || engine_command "$@"
