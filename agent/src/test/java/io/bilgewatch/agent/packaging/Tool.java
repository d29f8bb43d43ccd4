package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.agent.it.Promtool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs Prometheus' and Alertmanager's own tools on what is packaged. */
final class Tool {
  /** The machine may be busy with other tests. */
  private static final int MOST_SECONDS = 240;

  private Tool() {}

  /** What a run wrote, on both its outputs. */
  record Result(int status, String output) {}

  /** A test that needs it is skipped where it is missing; on CI that is a failure. */
  static void need(String command) {
    if (!Promtool.isInstalled(command)) {
      Assumptions.abort(command + " is not installed");
    }
  }

  static Result run(Path directory, String... words) {
    need(words[0]);
    try {
      Path output = Files.createTempFile("tool", ".out");
      Process process =
          new ProcessBuilder(words)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(Arrays.toString(words) + " did not end");
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      return new Result(process.exitValue(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Its output, where it finds nothing wrong. */
  static String succeed(Path directory, String... words) {
    Result result = run(directory, words);
    assertEquals(0, result.status(), result.output());
    return result.output();
  }
}
