# shellcheck shell=bash
# /usr/lib/bilgewatch: the Java runtime, the libraries, and the options of the JVM, as the Debian package and the container image have them.
# Every file has one time and a mode that is written here, whatever the umask was. Needs progress.sh, java.sh, build.sh.

# program_pom ROOT ELEMENT: the first such element of the parent pom.
program_pom() {
  sed -n "s:.*<$2>\\(.*\\)</$2>.*:\\1:p" "$1/pom.xml" | head -n 1
}

# program_epoch ROOT: the time of everything in a package, the same as in the jars.
program_epoch() {
  date -u -d "$(program_pom "$1" project.build.outputTimestamp)" +%s
}

# program_build ROOT: where it was not done. The runtime is linked anew: one that lies there may be another JDK's.
program_build() {
  compgen -G "$1/agent/target/bilgewatch-agent-*.jar" >/dev/null || build_agent "$1" || return 1
  "$1/packaging/runtime"
}

# program_tree ROOT TREE
program_tree() {
  local root=$1 lib=$2/usr/lib/bilgewatch jar classpath=''
  mkdir -p "$lib/lib"
  cp -r "$root/agent/target/runtime" "$lib/runtime"
  for jar in "$root"/agent/target/bilgewatch-agent-*.jar "$root"/agent/target/lib/*.jar; do
    case $jar in
      *-sources.jar | *-tests.jar | *-javadoc.jar | *-benchmarks.jar) continue ;;
    esac
    install -m 644 "$jar" "$lib/lib/${jar##*/}"
    classpath+=:/usr/lib/bilgewatch/lib/${jar##*/}
  done
  program_native "$root" "$lib/native"
  find "$lib/native" "$lib/runtime" -type f \( -name '*.so' -o -perm -u+x \) -exec strip --strip-unneeded {} +
  printf -- '-cp\n%s\n' "${classpath#:}" >"$lib/classpath.options"
  install -m 644 "$root/packaging/bin/jvm.options" "$lib/jvm.options"
}

# program_native ROOT DIR: JNA's library, which it would otherwise unpack into a temporary directory at each start.
program_native() {
  local jar machine
  case $(uname -m) in
    x86_64) machine=linux-x86-64 ;;
    aarch64) machine=linux-aarch64 ;;
    *) fail 2 "this machine is neither x86_64 nor arm64" ;;
  esac
  jar=$(compgen -G "$1/agent/target/lib/jna-[0-9]*.jar")
  mkdir -p "$2"
  (cd "$2" && "$JAVA25/bin/jar" xf "$jar" "com/sun/jna/$machine/libjnidispatch.so")
  mv "$2/com/sun/jna/$machine/libjnidispatch.so" "$2/"
  rm -r "$2/com"
}

# program_java_options TREE: what the script of the package says on the command line, for where no script can run.
program_java_options() {
  echo '-Djna.boot.library.path=/usr/lib/bilgewatch/native'
  echo '-Djna.nounpack=true'
  cat "$1/usr/lib/bilgewatch/classpath.options"
}

# program_settle ROOT TREE: modes and times.
program_settle() {
  find "$2" -type d -exec chmod 755 {} +
  chmod -R u=rwX,go=rX "$2"
  # A symbolic link too, but not what it leads to.
  find "$2" -exec touch -h -d "@$(program_epoch "$1")" {} +
}
