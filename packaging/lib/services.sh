#!/bin/bash
# packaging/lib/services.sh DIRECTORY IMAGE: makes an image of real services for the engine that DOCKER_HOST names: nginx, Redis,
# PostgreSQL, Python and Node.js from Debian's packages with what they depend on, a Java runtime, and the programs of services/. DIRECTORY
# is for what is downloaded. Nothing is installed on the host, and no package's scripts run.
set -euo pipefail
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# shellcheck source=packaging/lib/progress.sh
. "$here/progress.sh"
# shellcheck source=packaging/lib/java.sh
. "$here/java.sh"

PACKAGES=(nginx-light redis-server postgresql-15 python3 nodejs busybox-static)
# What a package asks for and none of the services loads.
LEFT_OUT='^(libllvm|libz3|perl|libperl|locales|libc-l10n|dpkg|iproute2|debconf|ucf_|systemd_|libdb5|adduser|passwd_)'

# download DIRECTORY: as if nothing were installed, so that each library is among them.
download() {
  local none=(-o Dir::State::status=/dev/null -o "Dir::Cache::archives=$1/archives" -o APT::Sandbox::User=root)
  mkdir -p "$1/archives/partial"
  apt-get "${none[@]}" --download-only --yes --no-install-recommends install "${PACKAGES[@]}" >"$1/apt.log" 2>&1 ||
    { apt-get update >>"$1/apt.log" 2>&1 && apt-get "${none[@]}" --download-only --yes --no-install-recommends install "${PACKAGES[@]}" >>"$1/apt.log" 2>&1; } ||
    fail 1 "services: apt-get could not download ${PACKAGES[*]}:" "$(tail -n 3 "$1/apt.log")"
}

unpack() {
  local archive
  for archive in "$1"/archives/*.deb; do
    [[ ${archive##*/} =~ $LEFT_OUT ]] || dpkg-deb -x "$archive" "$2"
  done
  rm -rf -- "${2:?}"/usr/share/{doc,man,locale,info,perl,postgresql/15/man} "${2:?}"/usr/lib/postgresql/15/lib/bitcode
}

# complete ROOT: what the packages' scripts would have made, and the applets of busybox for all that is missing.
complete() {
  local applet root=$1
  mkdir -p "$root"/{dev,proc,sys,tmp,root,srv,opt,home/app,run/{postgresql,redis},var/tmp,var/spool,var/lib/redis}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  ln -sfn /run "$root/var/run"
  for applet in $("$root/bin/busybox" --list); do
    [[ -e $root/bin/$applet || -e $root/usr/bin/$applet || -e $root/sbin/$applet || -e $root/usr/sbin/$applet ]] || ln -s /bin/busybox "$root/bin/$applet"
  done
  printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'www-data:x:33:33::/var/www:/bin/false' 'redis:x:100:100::/var/lib/redis:/bin/false' \
    'postgres:x:101:101::/var/lib/postgresql:/bin/sh' 'app:x:1000:1000::/home/app:/bin/sh' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'adm:x:4:' 'www-data:x:33:' 'redis:x:100:' 'postgres:x:101:' 'app:x:1000:' >"$root/etc/group"
  cp -R "$here/services/." "$root/"
  chmod 755 "$root"/srv/bin/* "$root"/srv/www/cgi-bin/*
  chown -R 0:0 "$root"
  chown 33:4 "$root/var/log/nginx"
  chown 100:100 "$root/var/lib/redis" "$root/run/redis"
  chown -R 101:101 "$root/var/lib/postgresql" "$root/run/postgresql"
  chown 1000:1000 "$root/home/app"
}

programs() {
  "$JAVA25/bin/jlink" --add-modules java.base,jdk.httpserver --strip-debug --no-header-files --no-man-pages --output "$1/opt/jre"
  "$JAVA25/bin/javac" -d "$1/srv/java" "$1/srv/java/App.java"
}

[[ $# == 2 ]] || fail 2 "services: which directory and which image?"
java25_find "$here/../.." javac || fail 2 "services: no JDK 25 found."
root=$1/services
mkdir -p "$root"
download "$1"
unpack "$1" "$root"
complete "$root"
programs "$root"
tar -C "$root" -c . | docker import - "$2" >/dev/null
rm -rf -- "$root" "${1:?}/archives"
