# shellcheck shell=bash
# Compiled JUnit tests in the guest: Maven says on the host what is on their class path, and no Maven runs in the guest.
# Needs progress.sh, java.sh, build.sh and guest-run.sh.

# junit_version: as the build has it.
junit_version() {
  sed -n 's#.*<junit.version>\(.*\)</junit.version>.*#\1#p' "$1/pom.xml"
}

# guest_test_compile ROOT GUEST: compiles the tests, writes their libraries to GUEST/classpath and fetches JUnit's console launcher.
guest_test_compile() {
  local root=$1 guest=$2
  as_caller mvn -q -B -Dstyle.color=never -f "$root/pom.xml" -DskipFormat test-compile dependency:build-classpath \
    "-Dmdep.outputFile=target/test-classpath" -Dmdep.includeScope=test &&
    as_caller mvn -q -B -f "$root/pom.xml" -N -DskipFormat dependency:copy -DoutputDirectory="$root/target/junit" \
      "-Dartifact=org.junit.platform:junit-platform-console-standalone:$(junit_version "$root")"
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
  show_while "compiling the tests" "$guest/compile.log" guest_test_compile "$root" "$guest" || fail 1 "guest: the tests do not compile; see above."
  for class in "$@"; do
    selected+=("--select-class=$class")
  done
  launcher=$root/target/junit/junit-platform-console-standalone-$(junit_version "$root").jar
  # The classes find what lies beside their module, as under Maven, by the working directory.
  (cd "$root/agent" && guest_run "$guest" "$seconds" env ENGINE_START_SECONDS=180 ENGINE_ANSWER_SECONDS=30 SHOW_PAUSE=1 BILGEWATCH_REQUIRE_ENGINE=true \
    "$JAVA25/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED "-Dbilgewatch.root=$root" \
    -cp "$launcher:$(guest_classpath "$root")" org.junit.platform.console.ConsoleLauncher execute \
    --disable-banner --disable-ansi-colors --details=tree --reports-dir=/run/guest/out/reports --fail-if-no-tests "${selected[@]}")
}
