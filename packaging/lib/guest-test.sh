# shellcheck shell=bash
# Compiled JUnit tests in the guest: Maven says on the host what is on their class path, and no Maven runs in the guest.
# Needs progress.sh, java.sh, build.sh and guest-run.sh.

# junit_version: as the build has it.
junit_version() {
  sed -n 's#.*<junit.version>\(.*\)</junit.version>.*#\1#p' "$1/pom.xml"
}

# guest_test_compile ROOT: compiles the tests, writes down their libraries and has Maven fetch JUnit's console launcher.
guest_test_compile() {
  # A subshell each: as_caller does not return.
  (as_caller mvn -q -B -Dstyle.color=never -f "$1/pom.xml" -DskipFormat test-compile dependency:build-classpath \
    "-Dmdep.outputFile=target/test-classpath" -Dmdep.includeScope=test) || return 1
  (as_caller mvn -q -B -f "$1/pom.xml" -N -DskipFormat dependency:get -Dtransitive=false \
    "-Dartifact=org.junit.platform:junit-platform-console-standalone:$(junit_version "$1")")
}

# guest_launcher ROOT: where Maven put the launcher: beside JUnit's other parts.
guest_launcher() {
  local before version
  version=$(junit_version "$1")
  before=$(<"$1/agent/target/test-classpath")
  before=${before%%/org/junit/*}
  echo "${before##*:}/org/junit/platform/junit-platform-console-standalone/$version/junit-platform-console-standalone-$version.jar"
}

# guest_classpath ROOT: the classes of both modules, then their libraries; JUnit itself comes with its launcher.
guest_classpath() {
  local root=$1 module
  for module in agent collectors; do
    printf '%s:' "$root/$module/target/test-classes" "$root/$module/target/classes"
  done
  sed 's/:/\n/g' "$root"/{agent,collectors}/target/test-classpath | grep -vE '/(junit|opentest4j|apiguardian|bilgewatch)-[^/]*\.jar$' | sort -u | paste -sd :
}

# guest_test ROOT GUEST SECONDS CLASS...: their report is on standard output; the status is the launcher's (0, or 1 where one failed).
guest_test() {
  local root=$1 guest=$2 seconds=$3 class selected=() launcher
  shift 3
  java25_find "$root" || fail 2 "guest: no Java 25 was found."
  give_back "$root"
  show_while "compiling the tests" "$guest/compile.log" guest_test_compile "$root" || fail 1 "guest: the tests do not compile; see above."
  for class in "$@"; do
    selected+=("--select-class=$class")
  done
  launcher=$(guest_launcher "$root")
  [[ -f $launcher ]] || fail 1 "guest: Maven did not fetch JUnit's launcher to $launcher"
  # The classes find what lies beside their module, as under Maven, by the working directory.
  (cd "$root/agent" && guest_run "$guest" "$seconds" env ENGINE_START_SECONDS=180 ENGINE_ANSWER_SECONDS=30 SHOW_PAUSE=1 BILGEWATCH_REQUIRE_ENGINE=true \
    "$JAVA25/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED "-Dbilgewatch.root=$root" \
    -cp "$launcher:$(guest_classpath "$root")" org.junit.platform.console.ConsoleLauncher execute \
    --disable-banner --disable-ansi-colors --details=testfeed --reports-dir=/run/guest/out/reports --fail-if-no-tests "${selected[@]}")
}
