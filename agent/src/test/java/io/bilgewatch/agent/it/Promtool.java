package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Prometheus's own judge of an exposition. */
public final class Promtool {
  private Promtool() {}

  /** Where it is not installed, skips; but not where CI says that everything is there. */
  public static void checkMetrics(String text) {
    if (!isInstalled("promtool")) {
      Assumptions.abort("promtool is not installed");
    }
    try {
      Process process =
          new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
      try (var in = process.getOutputStream()) {
        in.write(text.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("", said.strip());
      assertEquals(0, process.waitFor());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Whether a command can be run; where CI is true, it must be. */
  public static boolean isInstalled(String command) {
    boolean found =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    if (!found && Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(command + " is not installed, and CI needs it");
    }
    return found;
  }
}
