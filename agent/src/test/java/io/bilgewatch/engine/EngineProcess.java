package io.bilgewatch.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The engine behind {@link PrivateEngine}: the one that {@code BILGEWATCH_TEST_DOCKER_HOST}, {@code
 * BILGEWATCH_TEST_DATA_ROOT} and {@code BILGEWATCH_TEST_IMAGE} name, or one that {@code
 * packaging/lib/engine.sh} starts for this JVM and that ends with it. Where none can run here the
 * tests are skipped with the reason; {@code BILGEWATCH_REQUIRE_ENGINE=true} makes them fail
 * instead.
 *
 * @param directory what {@code engine.sh stop} takes; empty where the engine is not ours to stop
 * @param obstacle why there is no engine; empty where there is one
 */
record EngineProcess(
    String dockerHost, Path dataRoot, String image, String directory, String obstacle)
    implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final String IMAGE = "bilgewatch-test:1";

  /** The exit status by which engine.sh says that this host lacks something. */
  private static final int CANNOT_RUN_HERE = 2;

  static EngineProcess obtain() {
    Map<String, String> environment = System.getenv();
    String host = environment.get("BILGEWATCH_TEST_DOCKER_HOST");
    return host == null ? start() : given(host, environment);
  }

  private static EngineProcess given(String host, Map<String, String> environment) {
    Path dataRoot = Path.of(required(environment, "BILGEWATCH_TEST_DATA_ROOT"));
    String image = required(environment, "BILGEWATCH_TEST_IMAGE");
    return new EngineProcess(host, dataRoot, image, "", "");
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new IllegalStateException("BILGEWATCH_TEST_DOCKER_HOST is set, but not " + name);
    }
    return value;
  }

  private static EngineProcess start() {
    Shell.Output output = engineScript("start");
    if (output.status() == CANNOT_RUN_HERE) {
      return new EngineProcess("", Path.of("/"), "", "", output.stderr());
    }
    String directory = output.orFail().text();
    engineScript("image", directory, IMAGE).orFail();
    return new EngineProcess(
        "unix://" + directory + "/docker.sock", Path.of(directory, "data"), IMAGE, directory, "");
  }

  /** Skips the test class where there is no engine, or fails it where one is required. */
  void orSkip() {
    if (obstacle.isEmpty()) {
      return;
    }
    if (Boolean.parseBoolean(System.getenv("BILGEWATCH_REQUIRE_ENGINE"))) {
      throw new AssertionError("BILGEWATCH_REQUIRE_ENGINE is set, but " + obstacle);
    }
    Assumptions.abort("needs a Docker Engine: " + obstacle);
  }

  @Override
  public void close() {
    if (!directory.isEmpty()) {
      engineScript("stop", directory).orFail();
    }
  }

  private static Shell.Output engineScript(String... arguments) {
    String root = System.getProperty("bilgewatch.root", "..");
    List<String> command = new ArrayList<>(List.of("bash", root + "/packaging/lib/engine.sh"));
    command.addAll(List.of(arguments));
    String owner = Long.toString(ProcessHandle.current().pid());
    return Shell.run(START_TIMEOUT, Map.of("ENGINE_OWNER_PID", owner), command);
  }
}
