# shellcheck shell=bash
# Asks the agent in the guest, and waits with a bound until it says what is expected. Needs progress.sh, curl, awk and jq, and a
# directory OUT for what was asked last.

AGENT=http://127.0.0.1:10058
OUT=/run/guest/out

# An event is counted in a second or two, a figure is read every 15 s. The time runs from AWAIT_SINCE on, when the last thing happened,
# for all checks together; a check that comes later has AWAIT_LEAST_SECONDS.
AWAIT_SINCE=0 AWAIT_SECONDS=60 AWAIT_LEAST_SECONDS=3

scrape() {
  curl -sSf --max-time 20 -o "$OUT/metrics.new" "$AGENT/metrics" && mv "$OUT/metrics.new" "$OUT/metrics"
}

# lines_of FAMILY LABEL=VALUE...: the samples of the last scrape.
lines_of() {
  local family=$1 label lines
  shift
  lines=$(grep -E "^$family(\{| )" "$OUT/metrics" || true)
  for label in "$@"; do
    lines=$(grep -E "[{,]${label%%=*}=\"" <<<"$lines" | grep -F "${label%%=*}=\"${label#*=}\"" || true)
  done
  printf '%s' "$lines"
}

# sum_of FAMILY LABEL=VALUE...: their sum as a whole number; fails where there is none, which is not the same as 0.
sum_of() {
  lines_of "$@" | awk '{ sum += $NF } END { if (NR == 0) exit 1; printf "%.0f\n", sum }'
}

# is_near EXPECTED TOLERANCE FAMILY LABEL=VALUE...
is_near() {
  local expected=$1 tolerance=$2 found
  shift 2
  found=$(sum_of "$@") || found=none
  [[ $found != none ]] && ((found - expected <= tolerance && expected - found <= tolerance)) && return 0
  echo "expected $expected, found $found: $(lines_of "$1" | head -n 5)"
  return 1
}

# is EXPECTED FAMILY LABEL=VALUE...
is() {
  is_near "$1" 0 "${@:2}"
}

# at_least EXPECTED FAMILY LABEL=VALUE...
at_least() {
  local expected=$1 found
  shift
  found=$(sum_of "$@") || found=none
  [[ $found != none ]] && ((found >= expected)) && return 0
  echo "expected $expected or more, found $found: $(lines_of "$1" | head -n 5)"
  return 1
}

# is_absent FAMILY LABEL=VALUE...
is_absent() {
  [[ -z $(lines_of "$@") ]] && return 0
  echo "expected no sample, found: $(lines_of "$@")"
  return 1
}

# near_truth TOLERANCE COMMAND FAMILY LABEL=VALUE...: where the expected number is what COMMAND prints now.
near_truth() {
  local tolerance=$1 truth=$2
  shift 2
  is_near "$($truth)" "$tolerance" "$@"
}

# says PATH FILTER: whether the JSON that PATH answers satisfies the jq FILTER.
says() {
  curl -sSf --max-time 20 -o "$OUT/answer.json" "$AGENT$1" && jq -e "$2" "$OUT/answer.json" >/dev/null && return 0
  echo "not so: $2; the answer begins: $(head -c 600 "$OUT/answer.json")"
  return 1
}

# await COMMAND...: until it succeeds on a fresh scrape; its last words where it does not in time.
await() {
  local since=$SECONDS said
  until said=$(scrape && "$@"); do
    if ((SECONDS - since >= AWAIT_LEAST_SECONDS && SECONDS - AWAIT_SINCE >= AWAIT_SECONDS)); then
      echo "${said:-no answer from $AGENT/metrics} (after $((SECONDS - since)) s)"
      return 1
    fi
    sleep 0.5
  done
}
