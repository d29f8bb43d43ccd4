# shellcheck shell=bash
# Asks the agent in the guest, and waits with a bound until it says what is expected. Bash alone reads what it says: a process costs
# a tenth of a second in the guest, and there are many checks. Needs progress.sh, checks.sh, curl and jq.

AGENT=http://127.0.0.1:10058
OUT=/run/guest/out

# An event is counted in a second or two, a figure is read every 15 s. The time runs from AWAIT_SINCE on, when the last thing happened,
# for all checks together; a check that comes later has AWAIT_LEAST_SECONDS.
AWAIT_SINCE=0 AWAIT_SECONDS=60 AWAIT_LEAST_SECONDS=4

# The samples of the last scrape.
SAMPLES=()

# tell NAME COMMAND...: a check, with its result as a line of progress. It is made in this shell, which keeps what it has read.
tell() {
  local name="guest: $1" before=$SECONDS status=0
  shift
  "$@" >"$OUT/tell" 2>&1 || status=$?
  check "$OUT/checks.tsv" "$name" told "$status"
  ((status != 0)) || note "passed: ${name#guest: } ($((SECONDS - before)) s)"
}

# told STATUS
told() {
  (($1 == 0)) && return 0
  cat "$OUT/tell"
  return 1
}

scrape() {
  curl -sSf --max-time 20 -o "$OUT/metrics" "$AGENT/metrics" || return 1
  mapfile -t SAMPLES < <(grep -v '^#' "$OUT/metrics")
}

# find_samples FAMILY LABEL=VALUE...: sets FOUND to the samples, and SUM to their sum as a whole number, or to "none": absent is not 0.
find_samples() {
  local family=$1 sample label value before='[{,]' after='[,}]'
  shift
  FOUND=() SUM=none
  for sample in "${SAMPLES[@]}"; do
    [[ $sample == "$family{"* || $sample == "$family "* ]] || continue
    for label in "$@"; do
      # shellcheck disable=SC2053 # the brackets are a pattern
      [[ $sample == *$before"${label%%=*}=\"${label#*=}\""$after* ]] || continue 2
    done
    FOUND+=("$sample")
    printf -v value '%.0f' "${sample##* }"
    SUM=$((${SUM/none/0} + value))
  done
}

# but EXPECTED FAMILY: what was found instead, in a line.
but() {
  local found=$SUM
  find_samples "$2"
  echo "expected $1, found $found; all of $2: ${FOUND[*]:0:8}"
  return 1
}

# is_near EXPECTED TOLERANCE FAMILY LABEL=VALUE...
is_near() {
  find_samples "${@:3}"
  [[ $1 != *[!0-9]* && -n $1 && $SUM != none ]] || but "$1" "$3" || return 1
  ((SUM - $1 <= $2 && $1 - SUM <= $2)) || but "$1" "$3"
}

# is EXPECTED FAMILY LABEL=VALUE...
is() {
  is_near "$1" 0 "${@:2}"
}

# near_truth TOLERANCE COMMAND FAMILY LABEL=VALUE...: where the expected number is what COMMAND prints now.
near_truth() {
  local truth
  truth=$($2) || truth=unknown
  is_near "$truth" "$1" "${@:3}"
}

# at_least EXPECTED FAMILY LABEL=VALUE...
at_least() {
  find_samples "${@:2}"
  [[ $SUM != none ]] || but "$1 or more" "$2" || return 1
  ((SUM >= $1)) || but "$1 or more" "$2"
}

# is_absent FAMILY LABEL=VALUE...
is_absent() {
  find_samples "$@"
  [[ $SUM == none ]] || but "no sample" "$1"
}

# says PATH FILTER: whether the JSON that PATH answers satisfies the jq FILTER.
says() {
  local answer
  answer=$(curl -sSf --max-time 20 "$AGENT$1" 2>&1) && jq -e "$2" <<<"$answer" >/dev/null && return 0
  echo "not so: $2; the answer begins: ${answer:0:600}"
  return 1
}

# await COMMAND...: until it succeeds, on the last scrape or a new one; the words of the last attempt where it does not in time.
await() {
  local since=$SECONDS
  until "$@" >"$OUT/said"; do
    if ((SECONDS - since >= AWAIT_LEAST_SECONDS && SECONDS - AWAIT_SINCE >= AWAIT_SECONDS)); then
      cat "$OUT/said"
      return 1
    fi
    scrape || true
  done
}
