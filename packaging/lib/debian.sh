# shellcheck shell=bash
# Installs what is missing from Debian (and what derives from it), with the user's consent, and starts no service by it.
# Needs progress.sh and java.sh.

DEBIAN_MISSING=()
DEBIAN_POLICY=/usr/sbin/policy-rc.d

# debian_need PACKAGE COMMAND...: PACKAGE is missing unless every COMMAND is there.
debian_need() {
  local package=$1 command
  shift
  for command in "$@"; do
    command -v "$command" >/dev/null || {
      DEBIAN_MISSING+=("$package")
      return 0
    }
  done
}

# debian_first_of PACKAGE...: prints the first that apt can install.
debian_first_of() {
  local package
  for package in "$@"; do
    if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]'; then
      echo "$package"
      return 0
    fi
  done
  return 1
}

# debian_need_jdk ROOT: a JDK 25, which Debian 12 itself does not have.
debian_need_jdk() {
  local package
  java25_find "$1" javac && return 0
  package=$(debian_first_of temurin-25-jdk openjdk-25-jdk-headless) ||
    fail 2 "No JDK 25 was found, and apt has none. Install one by hand and try again:" \
      "  - temurin-25-jdk from Adoptium's apt repository: https://adoptium.net/installation/linux" \
      "  - or unpack any JDK 25 into /usr/lib/jvm, or set JAVA25_HOME to where it is (sudo JAVA25_HOME=... $0)"
  DEBIAN_MISSING+=("$package")
}

# debian_need_engine: what a private Docker Engine needs. From Debian 13 on the CLI is a package of its own.
debian_need_engine() {
  debian_need docker.io dockerd containerd runc
  command -v docker >/dev/null || DEBIAN_MISSING+=("$(debian_first_of docker-cli docker.io || echo docker.io)")
  debian_need busybox-static busybox
}

# debian_need_guest: what boots the test guest (guest-tree.sh fetches what runs in it).
debian_need_guest() {
  debian_need qemu-system-x86 qemu-system-x86_64
  debian_need kmod modprobe depmod
  debian_need busybox-static busybox
}

# debian_hold_services: a package's service must not start because a test needs its program.
debian_hold_services() {
  [[ ! -e $DEBIAN_POLICY ]] || return 0
  printf '#!/bin/sh\n# bilgewatch: for the time of one apt-get install\nexit 101\n' >"$DEBIAN_POLICY"
  chmod 755 "$DEBIAN_POLICY"
}

# debian_release_services: also after an installation that was killed.
debian_release_services() {
  ! grep -qs '^# bilgewatch:' "$DEBIAN_POLICY" || rm -f "$DEBIAN_POLICY"
}

# debian_consent YES COMMAND: ends with status 2 where nobody said yes.
debian_consent() {
  local answer
  [[ $1 != yes ]] || return 0
  [[ -t 0 && -t 2 ]] || fail 2 "Missing: ${DEBIAN_MISSING[*]}. Run it with --yes, or install them first:" "  $2"
  read -r -p "Missing: ${DEBIAN_MISSING[*]}. Run \"$2\" now? [y/N] " answer
  [[ $answer == [yY]* ]] || fail 2 "Nothing was installed."
}

# debian_install YES: installs DEBIAN_MISSING after consent (YES is "yes" where it was given on the command line).
debian_install() {
  local install=(apt-get install -y --no-install-recommends "${DEBIAN_MISSING[@]}")
  ((${#DEBIAN_MISSING[@]} > 0)) || return 0
  command -v apt-get >/dev/null || fail 2 "Missing: ${DEBIAN_MISSING[*]} (names of Debian's packages), and this host has no apt-get."
  debian_consent "$1" "${install[*]}"
  note "installing ${DEBIAN_MISSING[*]}"
  debian_hold_services
  export DEBIAN_FRONTEND=noninteractive
  # In the foreground, so that Ctrl-C is apt's own to handle. Its lists may be missing or stale: one more try with new ones.
  "${install[@]}" >&2 || { apt-get update >&2 && "${install[@]}" >&2; } ||
    fail 2 "apt-get could not install ${DEBIAN_MISSING[*]}; see above."
  debian_release_services
  [[ " ${DEBIAN_MISSING[*]} " != *" docker.io "* ]] ||
    note "docker.io's own service was not started; the next boot does, unless: systemctl disable docker.service docker.socket"
  DEBIAN_MISSING=()
}
