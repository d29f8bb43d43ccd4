package io.bilgewatch.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test class's access to a real Docker Engine, as a static {@code @RegisterExtension}. All
 * classes of a JVM share one engine (see {@link EngineProcess}); the containers that a class made
 * are removed after it.
 */
public final class PrivateEngine implements BeforeAllCallback, AfterAllCallback {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> containers = Collections.synchronizedList(new ArrayList<>());
  private EngineProcess engine;

  @Override
  public void beforeAll(ExtensionContext context) {
    engine =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .computeIfAbsent(
                EngineProcess.class, key -> EngineProcess.obtain(), EngineProcess.class);
    engine.orSkip();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (!containers.isEmpty()) {
      List<String> remove = new ArrayList<>(List.of("rm", "--force", "--volumes"));
      remove.addAll(containers);
      tryDocker(remove.toArray(String[]::new));
      containers.clear();
    }
  }

  /** Where the engine keeps its state; the agent's {@code --docker.data-root}. */
  public Path dataRoot() {
    return running().dataRoot();
  }

  /**
   * The image that all containers are made from: busybox with every applet as a link in {@code
   * /bin}, the user {@code app} (1000) with its home {@code /home/app}, and files to modify and
   * delete ({@code /usr/share/words/1} to {@code 20}, {@code /var/lib/app/1} to {@code 20}).
   */
  public String image() {
    return running().image();
  }

  /** The environment in which the docker CLI, or any client, finds the engine. */
  public Map<String, String> environment() {
    return Map.of("DOCKER_HOST", running().dockerHost());
  }

  /** What the docker CLI prints; a failure of it is one of the test. */
  public String docker(String... arguments) {
    return tryDocker(arguments).orFail().text();
  }

  /** As {@link #docker}, for a command that may fail, or whose output is not text. */
  public Shell.Output tryDocker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return Shell.run(TIMEOUT, environment(), command);
  }

  /**
   * Starts a container without network, to be removed after the class.
   *
   * @param options of {@code docker run}, such as {@code --read-only}
   * @return the full id
   */
  public String run(String name, List<String> options, String... command) {
    return make(List.of("run", "--detach"), name, options, command);
  }

  /** As {@link #run}, but does not start it. */
  public String create(String name, List<String> options, String... command) {
    return make(List.of("create"), name, options, command);
  }

  /** Starts a container that does nothing until it is removed. */
  public String idle(String name, String... options) {
    return run(name, List.of(options), "sh", "-c", "while :; do sleep 3600; done");
  }

  /** Runs a line of shell in a running container, as its own user, and returns what it prints. */
  public String exec(String container, String line) {
    return docker("exec", container, "sh", "-c", line);
  }

  /** {@code docker inspect --size}: with {@code SizeRw}, the writable layer's apparent bytes. */
  public JsonNode inspect(String container) {
    try {
      return JSON.readTree(docker("inspect", "--size", "--type", "container", container)).get(0);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The overlay upperdir of a container, by Docker's own word. */
  public Path upperdir(String container) {
    return Path.of(inspect(container).at("/GraphDriver/Data/UpperDir").asText());
  }

  private String make(List<String> verb, String name, List<String> options, String... command) {
    List<String> arguments = new ArrayList<>(verb);
    arguments.addAll(List.of("--network=none", "--name", name));
    arguments.addAll(options);
    arguments.add(image());
    arguments.addAll(List.of(command));
    containers.add(name);
    return docker(arguments.toArray(String[]::new)).lines().toList().getLast();
  }

  private EngineProcess running() {
    return Objects.requireNonNull(engine, "not a static @RegisterExtension field");
  }
}
