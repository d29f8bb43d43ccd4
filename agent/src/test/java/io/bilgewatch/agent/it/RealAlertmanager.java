package io.bilgewatch.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's Alertmanager as a process of its own, which tells a webhook of each alert by itself and
 * at once. It can be stopped and started again at the same place.
 */
public final class RealAlertmanager implements AutoCloseable {
  private static final String PROGRAM = "prometheus-alertmanager";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Path directory;
  private final int port;
  private final List<String> options;
  private Process process;

  private RealAlertmanager(Path directory, int port, List<String> options) {
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /** Where it is not installed, skips; but not where CI says that everything is there. */
  static RealAlertmanager start(Path directory, URI webhook, String... options) {
    return with(
        """
        route: {receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 500ms}
        receivers:
          - name: hook
            webhook_configs: [{url: "%s"}]
        """
            .formatted(webhook),
        directory,
        options);
  }

  /** As above, with a configuration of its own. */
  public static RealAlertmanager with(String config, Path directory, String... options) {
    if (!Promtool.isInstalled(PROGRAM)) {
      Assumptions.abort(PROGRAM + " is not installed");
    }
    RealAlertmanager made = new RealAlertmanager(directory, freePort(), List.of(options));
    made.configure(config);
    made.start();
    return made;
  }

  private void configure(String config) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("alertmanager.yml"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** After a stop, too. */
  void start() {
    List<String> command = new ArrayList<>();
    command.add(PROGRAM);
    command.add("--config.file=" + directory.resolve("alertmanager.yml"));
    command.add("--storage.path=" + directory.resolve("data"));
    command.add("--web.listen-address=127.0.0.1:" + port);
    command.add("--cluster.listen-address=");
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("it listens", SOON, this::listens);
  }

  private boolean listens() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** In good order: it writes down whom it has told of what. */
  void stop() {
    process.destroy();
    await();
  }

  /** As the OOM killer does it: what it told since the last quarter of an hour is forgotten. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(PROGRAM + " does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private Path log() {
    return directory.resolve("log");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
