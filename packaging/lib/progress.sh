# shellcheck shell=bash
# Tells a person what is going on: timestamps, and elapsed time on what takes longer than a few seconds.

# The command that show_while is waiting for; a signal handler ends it, and what it started.
SHOWN_PID=

# How long a loop that waits for something sleeps, in seconds; more where the sleep itself is dear.
SHOW_PAUSE=${SHOW_PAUSE:-0.2}

# note TEXT...: one line with the time of day, on standard error.
note() {
  printf '%(%H:%M:%S)T  %s\n' -1 "$*" >&2
}

# fail STATUS LINE...: the reason in plain lines, then the end.
fail() {
  local status=$1
  shift
  printf '%s\n' "$@" >&2
  exit "$status"
}

# usage_of SCRIPT: the comment that a script begins with, below its first line.
usage_of() {
  awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"
}

# show_elapsed TEXT SECONDS: one line that is rewritten on a terminal; a line every 15 s elsewhere.
show_elapsed() {
  if [[ -t 2 ]]; then
    (($2 < 2)) || printf '\r\033[K%(%H:%M:%S)T  %s ... %d s' -1 "$1" "$2" >&2
  elif (($2 > 0 && $2 % 15 == 0)); then
    note "$1 ... $2 s"
  fi
}

# show_done TEXT SINCE RESULT
show_done() {
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  note "$1: $3 ($((SECONDS - $2)) s)"
}

# show_while TEXT LOG COMMAND...: runs COMMAND with its output in LOG, shows that it is still at it, and returns its status.
# COMMAND runs in the background, so that a signal to this script is handled at once and not when COMMAND is done.
show_while() {
  local text=$1 log=$2 since=$SECONDS shown=0 status=0
  shift 2
  note "$text"
  "$@" >"$log" 2>&1 </dev/null &
  SHOWN_PID=$!
  while kill -0 "$SHOWN_PID" 2>/dev/null; do
    sleep "$SHOW_PAUSE"
    ((SECONDS == shown)) || show_elapsed "$text" $((SECONDS - since))
    shown=$SECONDS
  done
  wait "$SHOWN_PID" || status=$?
  SHOWN_PID=
  if ((status == 0)); then
    show_done "$text" "$since" "done"
  else
    show_done "$text" "$since" "FAILED with status $status"
    tail -n 40 "$log" >&2
  fi
  return "$status"
}

# end_shown: ends the command that show_while waits for.
end_shown() {
  [[ -n $SHOWN_PID ]] || return 0
  kill -TERM "$SHOWN_PID" 2>/dev/null || true
  wait "$SHOWN_PID" 2>/dev/null || true
  SHOWN_PID=
}
