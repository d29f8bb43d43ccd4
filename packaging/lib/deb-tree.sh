# shellcheck shell=bash
# The tree that becomes a Debian package. Needs program-tree.sh.

DEB_MAINTAINER='Bilgewatch developers <bilgewatch@users.noreply.github.com>'

# deb_version ROOT REVISION: 1.2.0-SNAPSHOT comes before 1.2.0.
deb_version() {
  local version
  version=$(program_pom "$1" version)
  echo "${version/-SNAPSHOT/~snapshot}-$2"
}

# deb_put MODE FILE PLACE
deb_put() {
  install -D -m "$1" "$2" "$3"
}

# deb_gzip FILE PLACE: as policy wants it, without name and time.
deb_gzip() {
  mkdir -p "${2%/*}"
  gzip -9n <"$1" >"$2"
}

# deb_program ROOT TREE: the program, and what starts it.
deb_program() {
  local root=$1 lib=$2/usr/lib/bilgewatch
  program_tree "$root" "$2"
  deb_put 755 "$root/packaging/aot-cache" "$lib/aot-cache"
  deb_put 644 "$root/agent/src/test/resources/hosts/debian13-docker29-cgroup2.host" "$lib/training.host"
  deb_put 644 "$root/packaging/lib/progress.sh" "$lib/sh/progress.sh"
  deb_put 644 "$root/packaging/lib/http.sh" "$lib/sh/http.sh"
  deb_put 755 "$root/packaging/debian/bilgewatch" "$2/usr/bin/bilgewatch"
}

# deb_run TREE ARGUMENT...: the agent that is to be packed, where it is now.
deb_run() {
  local lib=$1/usr/lib/bilgewatch
  shift
  "$lib/runtime/bin/java" -cp "$lib/lib/*" io.bilgewatch.agent.Main "$@"
}

# deb_host ROOT TREE: what systemd, the shell and people find.
deb_host() {
  local root=$1 tree=$2 share=$2/usr/share file
  deb_put 644 "$root/packaging/debian/config.yml" "$tree/etc/bilgewatch/config.yml"
  deb_put 644 "$root/systemd/bilgewatch.service" "$tree/lib/systemd/system/bilgewatch.service"
  deb_put 644 "$root/systemd/narrow.conf" "$share/bilgewatch/systemd/narrow.conf"
  deb_put 644 "$root/packaging/debian/sysusers.conf" "$tree/usr/lib/sysusers.d/bilgewatch.conf"
  deb_gzip "$root/packaging/debian/bilgewatch.1" "$share/man/man1/bilgewatch.1.gz"
  mkdir -p "$share/bash-completion/completions"
  # It is sourced, never run.
  deb_run "$tree" generate-completion | sed '1{/^#!/d}' >"$share/bash-completion/completions/bilgewatch"
  for file in prometheus/bilgewatch-alerts.yml prometheus/bilgewatch-recording.yml prometheus/bilgewatch-scrape.yml alertmanager/alertmanager.yml; do
    deb_put 644 "$root/packaging/$file" "$share/bilgewatch/$file"
  done
  for file in "$root"/packaging/grafana/dashboards/*.json; do
    deb_put 644 "$file" "$share/bilgewatch/grafana/dashboards/${file##*/}"
  done
}

# deb_docs ROOT TREE VERSION
deb_docs() {
  local root=$1 doc=$2/usr/share/doc/bilgewatch file
  deb_put 644 "$root/README.md" "$doc/README.md"
  for file in "$root"/docs/*.md "$root"/docs/*.schema.json; do
    deb_put 644 "$file" "$doc/docs/${file##*/}"
  done
  for file in "$root"/packaging/examples/contract/*; do
    deb_put 644 "$file" "$doc/examples/contract/${file##*/}"
  done
  for file in "$root"/docs/alerts/*.md; do
    deb_put 644 "$file" "$doc/docs/alerts/${file##*/}"
  done
  deb_put 644 "$root/packaging/debian/copyright" "$doc/copyright"
  deb_gzip "$root/CHANGELOG.md" "$doc/changelog.gz"
  {
    printf 'bilgewatch (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n' "$3"
    printf ' -- %s  %s\n' "$DEB_MAINTAINER" "$(LC_ALL=C date -u -R -d "@$(program_epoch "$root")")"
  } | gzip -9n >"$doc/changelog.Debian.gz"
  deb_put 644 "$root/packaging/debian/lintian-overrides" "$2/usr/share/lintian/overrides/bilgewatch"
}

# deb_control ROOT TREE VERSION ARCHITECTURE
deb_control() {
  local root=$1 tree=$2 script
  mkdir -p "$tree/DEBIAN"
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: bilgewatch
Version: $3
Architecture: $4
Maintainer: $DEB_MAINTAINER
Installed-Size: $(du -sk --apparent-size "$tree" | cut -f 1)
Depends: libc6 (>= 2.28), adduser
Enhances: docker.io, docker-ce, prometheus
Section: admin
Priority: optional
Description: watches where Docker containers write
 A daemon on each Docker host that exports Prometheus metrics and alerts for
 the growth of writable layers and for tmpfs mounts that would end in an OOM
 kill, and says which container's root is really read-only, which write failed
 and who denied it. It reads Docker's state files, /proc, /sys and the
 kernel's log, read-only, and needs no access to docker.sock.
 .
 This package brings a Java runtime of its own.
CONTROL
  echo /etc/bilgewatch/config.yml >"$tree/DEBIAN/conffiles"
  for script in postinst prerm postrm; do
    deb_put 755 "$root/packaging/debian/$script" "$tree/DEBIAN/$script"
  done
  (cd "$tree" && find etc lib usr -type f ! -path 'etc/*' -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
}

# deb_tree ROOT TREE VERSION ARCHITECTURE
deb_tree() {
  local tree=$2
  mkdir -p "$tree"
  deb_program "$1" "$tree"
  deb_host "$1" "$tree"
  deb_docs "$1" "$tree" "$3"
  deb_control "$@"
  program_settle "$1" "$tree"
}
