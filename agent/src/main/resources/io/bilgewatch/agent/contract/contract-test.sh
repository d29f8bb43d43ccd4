#!/bin/sh
# Starts an image as the contract @NAME@ says, and fails where it writes, or wants to write, elsewhere.
# Exit codes: 0 it keeps the contract, 1 it does not, 3 that could not be found out.
#
# In the environment: DOCKER (docker), IMAGE, CONTRACT, SECONDS_UP (10): how long it is given to come up and is watched;
# BILGEWATCH (bilgewatch): compares the running container with the contract, where it is installed; empty: without. BILGEWATCH_CHECK: options for that.
set -u

docker=${DOCKER-docker}
bilgewatch=${BILGEWATCH-bilgewatch}
image=${IMAGE-@IMAGE@}
contract=${CONTRACT-@FILE@}
seconds=${SECONDS_UP-10}
smoke=@COMMAND@
declared=@DECLARED@
name=contract-test-$$
broken=0
unknown=0

say() {
  printf '%s\n' "$*"
}

violated() {
  say "VIOLATED: $*"
  broken=1
}

remove() {
  $docker rm --force --volumes "$name" >/dev/null 2>&1
}

give_up() {
  say "could not find out: $*"
  exit 3
}

inspect() {
  $docker inspect --format "$1" "$name"
}

is_up() {
  [ "$(inspect '{{.State.Running}}')" = true ]
}

# Waits until the smoke test succeeds, or, without one, sees whether it stays up.
watch_it() {
  second=0
  while [ "$second" -lt "$seconds" ]; do
    sleep 1
    second=$((second + 1))
    is_up || return 1
    if [ -n "$smoke" ] && $docker exec "$name" sh -c "$smoke"; then
      return 0
    fi
  done
  [ -z "$smoke" ]
}

# What the layer holds apart from mount points and what leads there.
changes() {
  printf '%s\n' "$all" | DECLARED=$declared awk '
    BEGIN { number = split(ENVIRON["DECLARED"], declared, "\n") }
    {
      path = substr($0, 3)
      fine = 0
      for (i = 1; i <= number; i++) {
        if (path == declared[i] || index(path "/", declared[i] "/") == 1 || index(declared[i] "/", path "/") == 1) fine = 1
      }
      if (!fine && path != "") print
    }'
}

trap remove EXIT
trap 'exit 3' HUP INT TERM

$docker run --detach --name="$name" \
@OPTIONS@
  "$image" >/dev/null || give_up "$image could not be started"

if watch_it; then
  [ -n "$smoke" ] && say "smoke test: passed"
elif is_up; then
  violated "the smoke test failed for $seconds seconds: $smoke"
elif [ -n "$smoke" ] || [ "$(inspect '{{.State.ExitCode}}')" != 0 ]; then
  violated "it ended, $(inspect 'exit code {{.State.ExitCode}}, killed for memory: {{.State.OOMKilled}}')"
fi

all=$($docker diff "$name") || give_up "docker diff failed"
written=$(changes) || give_up "awk failed"
[ -z "$written" ] || violated "it wrote elsewhere:
$written"

log=$($docker logs "$name" 2>&1) || give_up "docker logs failed"
failed=$(printf '%s\n' "$log" | grep -E \
  -e 'Read-only file system|[Rr]ead-?only (file system|filesystem|database)|EROFS' \
  -e 'No space left on device|ENOSPC|Disk quota exceeded|EDQUOT' \
  -e '([Cc]reat|[Oo]pen|[Ww]rit|mkdir|touch|unlink|rename|chown|chmod).*([Pp]ermission denied|EACCES|Operation not permitted|EPERM)' |
  head -n 20)
[ -z "$failed" ] || violated "writes fail, by its log:
$failed"

if [ -n "$bilgewatch" ] && is_up && command -v "${bilgewatch%% *}" >/dev/null; then
  # shellcheck disable=SC2086 # split at blanks
  $bilgewatch contract check --contract="$contract" --container="$name" ${BILGEWATCH_CHECK-}
  case $? in
    0) ;;
    1) broken=1 ;;
    *) unknown=1 ;;
  esac
fi

[ "$broken" = 0 ] || exit 1
[ "$unknown" = 0 ] || give_up "bilgewatch could not compare the container with the contract"
say "the contract @NAME@ is kept"
