# shellcheck shell=bash
# What the guest is made of, in a directory (SYSTEM) that is kept for the next time: Debian's current kernel, the few programs that
# this host lacks, and an initrd that finds everything else on the host. Nothing of it is installed on the host. Needs progress.sh.
#
#   SYSTEM/vmlinuz, initrd   what QEMU loads
#   SYSTEM/extra             a tree laid over the host's root: kernel modules, AppArmor's parser and abstractions, xfsprogs
#   SYSTEM/made-of           the packages and the script that the above came from

# What the initrd needs; the others are loaded from the host's root when something asks for them.
GUEST_MODULES=(virtio_pci virtio_blk 9pnet_virtio 9p overlay xfs)
GUEST_PACKAGES=(apparmor xfsprogs)

# guest_kernel_package: the kernel that Debian's linux-image-amd64 stands for today.
guest_kernel_package() {
  apt-cache depends --important linux-image-amd64 2>/dev/null |
    awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

# guest_kernel: that package and its version, PACKAGE=VERSION.
guest_kernel() {
  local package version
  package=$(guest_kernel_package)
  [[ -n $package ]] || return 1
  version=$(apt-cache show --no-all-versions "$package" 2>/dev/null | awk '$1 == "Version:" { print $2; exit }')
  [[ -n $version ]] || return 1
  echo "$package=$version"
}

# guest_made_of KERNEL: what a tree is made of, in one line; another line means another tree.
guest_made_of() {
  echo "$1 ${GUEST_PACKAGES[*]} $(cat "${BASH_SOURCE[0]%/*}"/guest-{tree,initrd}.sh | sha256sum | cut -c 1-16)"
}

# guest_download KERNEL DIR: the kernel, and of the others what this host has not installed, with what they depend on.
guest_download() {
  mkdir -p "$2/archives/partial"
  (cd "$2" && apt-get download "$1") &&
    apt-get install --download-only --yes --no-install-recommends -o "Dir::Cache::archives=$2/archives" "${GUEST_PACKAGES[@]}"
}

# guest_merge_usr TREE: a package may still name /sbin or /lib, where the host has links: a directory laid over a link hides all that is behind it.
guest_merge_usr() {
  local name
  for name in bin sbin lib lib64; do
    [[ -d $1/$name && ! -L $1/$name && -L /$name ]] || continue
    mkdir -p "$1/usr/$name"
    cp -a "$1/$name/." "$1/usr/$name/"
    rm -rf -- "${1:?}/$name"
  done
}

# guest_unpack DOWNLOADED SYSTEM
guest_unpack() {
  local archive extra=$2/extra
  mkdir -p "$extra"
  for archive in "$1"/*.deb "$1"/archives/*.deb; do
    [[ ! -e $archive ]] || dpkg-deb -x "$archive" "$extra" || return 1
  done
  # The modules are below /usr/lib also where the host's /lib is no link: the initrd's and this script's one place for them.
  mkdir -p "$extra/usr/lib"
  [[ ! -d $extra/lib/modules ]] || mv "$extra/lib/modules" "$extra/usr/lib/modules"
  mv "$extra"/boot/vmlinuz-* "$2/vmlinuz"
  rm -rf -- "${extra:?}/boot" "$extra/usr/share/doc" "$extra/usr/share/man"
  guest_merge_usr "$extra"
  guest_kernel_modules "$2"
}

# guest_kernel_modules SYSTEM: the index that modprobe reads, here and in the guest.
guest_kernel_modules() {
  # depmod and modprobe look below "lib" of what they are given.
  mkdir -p "$1/kernel"
  ln -s ../extra/usr/lib "$1/kernel/lib"
  depmod -b "$1/kernel" "$(guest_release "$1")"
}

# guest_release SYSTEM: the kernel's own name, such as 6.1.0-1-amd64.
guest_release() {
  local modules=("$1"/extra/usr/lib/modules/*)
  echo "${modules[0]##*/}"
}

# guest_initrd SYSTEM: busybox, the modules in the order of their loading, and guest-initrd.sh as init.
guest_initrd() {
  local dir=$1 tree=$1/initrd.tree module path
  rm -rf -- "$tree"
  mkdir -p "$tree"/{bin,dev,extra,guest,host,modules,proc,root,sys,upper}
  cp -L "$(command -v busybox)" "$tree/bin/busybox"
  for path in $(ldd "$tree/bin/busybox" 2>/dev/null | grep -o '/[^ )]*'); do
    install -D "$path" "$tree$path"
  done
  install -m 755 "${BASH_SOURCE[0]%/*}/guest-initrd.sh" "$tree/init"
  for module in "${GUEST_MODULES[@]}"; do
    # "insmod PATH" a line, what it needs first; "builtin NAME" for what the kernel has inside.
    modprobe -d "$dir/kernel" -S "$(guest_release "$dir")" --show-depends "$module" || return 1
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$dir/initrd.modules"
  [[ -s $dir/initrd.modules ]] || return 1
  while IFS= read -r path; do
    cp "$path" "$tree/modules/" && echo "/modules/${path##*/}"
  done <"$dir/initrd.modules" >"$tree/modules/order"
  (cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$dir/initrd"
  rm -rf -- "$tree" "$dir/initrd.modules"
}

# guest_make KERNEL SYSTEM: all of it, beside what is there, and then in its place.
guest_make() {
  local new=$2.new
  rm -rf -- "$new"
  mkdir -p "$new"
  guest_download "$1" "$new/download" || { apt-get update && guest_download "$1" "$new/download"; } || return 1
  guest_unpack "$new/download" "$new" || return 1
  guest_initrd "$new" || return 1
  rm -rf -- "$new/download" "$2"
  guest_made_of "$1" >"$new/made-of"
  mv -- "$new" "$2"
}

# guest_tree SYSTEM: makes it unless it is there and of today's kernel.
guest_tree() {
  local kernel
  kernel=$(guest_kernel) || { apt-get update >&2 && kernel=$(guest_kernel); } || {
    note "apt knows no linux-image-amd64: the guest's kernel is Debian's"
    return 1
  }
  [[ $(cat "$1/made-of" 2>/dev/null) != "$(guest_made_of "$kernel")" ]] || return 0
  show_while "fetching $kernel and making the guest's initrd" "$1.log" guest_make "$kernel" "$1"
}
