# shellcheck shell=bash
# Builds the agent as the user who called sudo, so that nothing in the source tree comes to belong to root. Needs progress.sh.

# as_caller COMMAND...: as the user behind sudo where there is one. It replaces this (sub)shell: a signal reaches COMMAND itself.
as_caller() {
  local uid=${SUDO_UID:-0} home
  ((EUID == 0 && uid != 0)) || exec "$@"
  home=$(getent passwd "$uid" | cut -d : -f 6) || home=''
  # Maven keeps its libraries at home; a caller without one builds as root.
  [[ -d $home ]] || exec "$@"
  exec setpriv --reuid="$uid" --regid="${SUDO_GID:-$uid}" --init-groups env HOME="$home" "$@"
}

# give_back ROOT: what root wrote into the tree while the user behind sudo should own it.
give_back() {
  [[ ${SUDO_UID:-0} == 0 ]] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$1"/target "$1"/*/target 2>/dev/null || true
}

# build_agent ROOT
build_agent() {
  local log status=0
  log=$(mktemp)
  give_back "$1"
  show_while "building (the first time fetches libraries; takes a minute or two)" "$log" \
    as_caller mvn -q -B -Dstyle.color=never -f "$1/pom.xml" -DskipTests package || status=$?
  rm -f "$log"
  return "$status"
}
