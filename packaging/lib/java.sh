# shellcheck shell=bash
# Finds Java 25 by reading JAVA_VERSION from each home's release file: starting a JVM to ask it costs 100 ms.

# java25_is HOME: whether HOME holds a Java 25 runtime.
java25_is() {
  local line
  [[ -n $1 && -x $1/bin/java && -r $1/release ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    case $line in
      JAVA_VERSION=\"25\" | JAVA_VERSION=\"25[.+-]*) return 0 ;;
      JAVA_VERSION=*) return 1 ;;
    esac
  done <"$1/release"
  return 1
}

# java25_find ROOT [TOOL]: sets JAVA25 to the first home that is Java 25 (and has bin/TOOL): the bundled runtime, JAVA_HOME, JAVA25_HOME, /usr/lib/jvm.
# shellcheck disable=SC2034 # JAVA25 is the answer, for whoever sources this file.
java25_find() {
  local home
  JAVA25=
  for home in "$1/runtime" "${JAVA_HOME:-}" "${JAVA25_HOME:-}" /usr/lib/jvm/*; do
    if java25_is "$home" && [[ -x $home/bin/${2:-java} ]]; then
      JAVA25=$home
      return 0
    fi
  done
  return 1
}
