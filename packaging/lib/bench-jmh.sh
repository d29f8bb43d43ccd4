# shellcheck shell=bash
# shellcheck disable=SC2154 # what the script that sources this sets
# packaging/bench jmh: the classes below packaging/benchmarks under JMH, against what was built. The default build knows nothing
# of them. Needs java.sh, and Maven for JMH's own libraries.

bench_jmh() {
  local target=$root/target/jmh libraries classes sources processors
  libraries=$target/lib
  note "fetching JMH"
  mvn -q -B -f "$root/packaging/benchmarks/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libraries" >&2
  rm -rf -- "$target/classes"
  mkdir -p "$target/classes"
  # The agent's jars first would bring the classes of its last packaging and not those of its last compilation.
  classes=$root/agent/target/test-classes:$root/agent/target/classes:$root/collectors/target/test-classes:$root/collectors/target/classes
  mapfile -t sources < <(find "$root/packaging/benchmarks" -name '*.java')
  printf -v processors '%s:' "$libraries"/*.jar
  note "compiling ${#sources[@]} classes of benchmarks"
  "$JAVA25/bin/javac" -Xlint:-options -proc:full -processorpath "$processors" -processor org.openjdk.jmh.generators.BenchmarkProcessor \
    -cp "$classes:$libraries/*:$root/agent/target/lib/*" -d "$target/classes" "${sources[@]}"
  # Shorter than JMH's own defaults: enough to see a factor, not a percent. What follows "jmh" stands in its place.
  ((${#jmh[@]} > 0)) || jmh=(-f 1 -wi 3 -w 2 -i 5 -r 2)
  "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$target/classes:$classes:$libraries/*:$root/agent/target/lib/*" org.openjdk.jmh.Main \
    -bm avgt -tu us "${jmh[@]}"
}
