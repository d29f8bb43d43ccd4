#!/bin/bash
# deb-test.sh DEB
#
# Installs the package into a copy of this host that is thrown away (an overlay in a mount namespace of its own, with its own pids and no service
# manager), runs it as its user, installs it again and purges it. Prints what it does; the status is 0 where all was as it should be.
set -euo pipefail

# The copy is made in a namespace that ends with this script.
if [[ ${1:-} != --inside ]]; then
  deb=$(readlink -f -- "$1")
  work=$(mktemp -d /var/tmp/bilgewatch-deb.XXXXXX)
  trap 'rm -rf -- "$work"' EXIT
  unshare --mount --pid --fork --mount-proc --kill-child -- "$(readlink -f -- "${BASH_SOURCE[0]}")" --inside "$deb" "$work"
  exit
fi
deb=$2 work=$3

wrong() {
  echo "WRONG: $*"
  exit 1
}

left() {
  find "$work/root"/{etc,usr,lib/systemd,var} -xdev -name '*bilgewatch*' ! -path '*/bilgewatch-deb.*' ! -path '*/var/tmp/*' -print
}

inside() {
  chroot "$work/root" "$@"
}

mount -t tmpfs -o size=2G,mode=755 tmpfs "$work"
mkdir "$work"/{upper,work,root}
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
mount -t proc proc "$work/root/proc"
mount --rbind /dev "$work/root/dev"
mount -t tmpfs tmpfs "$work/root/run"
mount -t tmpfs -o mode=1777 tmpfs "$work/root/tmp"
cp "$deb" "$work/root/tmp/new.deb"
export DEBIAN_FRONTEND=noninteractive

inside dpkg --install /tmp/new.deb </dev/null
inside getent passwd bilgewatch
[[ -s $work/root/var/cache/bilgewatch/bilgewatch.aot ]] || wrong "no AOT cache was made"
inside setpriv --reuid=bilgewatch --regid=bilgewatch --clear-groups bilgewatch --version
inside setpriv --reuid=bilgewatch --regid=bilgewatch --clear-groups bilgewatch check-config
# Both the cache and JNA's library must be used, or a start is slow or needs a temporary directory.
inside env BILGEWATCH_JAVA_OPTIONS='-XX:AOTMode=on' bilgewatch --version
status=0
inside setpriv --reuid=bilgewatch --regid=bilgewatch --clear-groups env TMPDIR=/nonexistent bilgewatch diagnose >"$work/said" 2>&1 || status=$?
((status == 1)) || wrong "diagnose as the user: status $status: $(cat "$work/said")"
grep -q 'CAP_DAC_READ_SEARCH: not had' "$work/said" || wrong "diagnose as the user: $(cat "$work/said")"
echo '# mine' >>"$work/root/etc/bilgewatch/config.yml"
inside dpkg --install /tmp/new.deb </dev/null
grep -q '^# mine$' "$work/root/etc/bilgewatch/config.yml" || wrong "the configuration was not kept"
mkdir -p "$work/root/var/lib/bilgewatch" && touch "$work/root/var/lib/bilgewatch/histories.json.gz"
inside dpkg --remove bilgewatch
[[ -e $work/root/etc/bilgewatch/config.yml && -e $work/root/var/lib/bilgewatch/histories.json.gz ]] || wrong "remove took what is the administrator's"
[[ ! -e $work/root/usr/bin/bilgewatch && ! -e $work/root/usr/lib/bilgewatch && ! -e $work/root/var/cache/bilgewatch ]] || wrong "remove left the program"
inside dpkg --purge bilgewatch
[[ -z $(left) ]] || wrong "purge left $(left)"
echo "all was as it should be"
