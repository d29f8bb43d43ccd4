# shellcheck shell=bash
# Checks of what is not Java, each a line of a file: passed|failed|skipped TAB name TAB reason. Needs progress.sh.

# check FILE NAME COMMAND...
check() {
  local file=$1 name=$2 said
  shift 2
  if said=$("$@" 2>&1); then
    printf 'passed\t%s\t\n' "$name" >>"$file"
  else
    note "check failed: $name"
    printf '%s\n' "$said" >&2
    printf 'failed\t%s\t%s\n' "$name" "$(head -c 2000 <<<"$said" | tr '[:cntrl:]' ' ')" >>"$file"
  fi
}

# check_skipped FILE NAME REASON
check_skipped() {
  printf 'skipped\t%s\t%s\n' "$2" "$3" >>"$1"
}

# shell_scripts ROOT: every file with bash in its first line, and the ones that are sourced.
shell_scripts() {
  grep -rlE --exclude-dir=target --exclude-dir=.git -m1 '^#!/bin/bash|^# shellcheck shell=bash' "$1/packaging" "$1/.ci"
}

# unit_is_valid ROOT: systemd's own opinion of the unit. It looks for the installed program, which is not here: one stands in.
unit_is_valid() {
  local copy said
  copy=$(mktemp -d)
  sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#' "$1/systemd/bilgewatch.service" >"$copy/bilgewatch.service"
  said=$(systemd-analyze verify --man=no "$copy/bilgewatch.service" 2>&1) || true
  rm -rf "$copy"
  # It has only warnings for an unknown directive, so that its silence is the answer.
  said=$(grep -F bilgewatch.service <<<"$said" || true)
  printf '%s' "$said"
  [[ -z $said ]]
}

# unit_is_narrow ROOT MOST [DROP-IN]: whether systemd rates its exposure at most MOST tenths, with the shipped drop-in where it is named.
unit_is_narrow() {
  local copy said
  copy=$(mktemp -d)
  cp "$1/systemd/bilgewatch.service" "$copy"
  if [[ -n ${3:-} ]]; then
    mkdir "$copy/bilgewatch.service.d"
    cp "$1/systemd/$3" "$copy/bilgewatch.service.d"
  fi
  said=$(systemd-analyze security --offline=true --no-pager --threshold="$2" "$copy/bilgewatch.service" 2>&1)
  local status=$?
  rm -rf "$copy"
  tail -n 1 <<<"$said"
  return "$status"
}

# run_checks ROOT FILE
run_checks() {
  local root=$1 file=$2 script
  : >"$file"
  while IFS= read -r script; do
    check "$file" "bash -n ${script#"$root/"}" bash -n "$script"
    if command -v shellcheck >/dev/null; then
      check "$file" "shellcheck ${script#"$root/"}" shellcheck -x -P "$root" "$script"
    else
      check_skipped "$file" "shellcheck ${script#"$root/"}" "shellcheck is not installed"
    fi
  done < <(shell_scripts "$root")
  if command -v systemd-analyze >/dev/null; then
    check "$file" "systemd-analyze verify bilgewatch.service" unit_is_valid "$root"
    check "$file" "systemd-analyze security: 2.9 or better with all features" unit_is_narrow "$root" 29
    check "$file" "systemd-analyze security: 2.2 or better without kernel log and write events" unit_is_narrow "$root" 22 narrow.conf
  else
    check_skipped "$file" "systemd-analyze verify bilgewatch.service" "systemd-analyze is not installed"
  fi
}
