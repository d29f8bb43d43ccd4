package io.bilgewatch.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the host's own commands ({@code du}, {@code df}, {@code stat}) as independent sources. */
public final class Shell {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final File NOTHING = new File("/dev/null");

  private Shell() {}

  /**
   * What a command left behind.
   *
   * @param stdout as bytes, since a file name in it need not be text
   */
  public record Output(List<String> command, int status, ByteBuffer stdout, String stderr) {

    public Output {
      stdout = stdout.asReadOnlyBuffer();
    }

    /** Standard output as UTF-8, without the blanks around it. */
    public String text() {
      return StandardCharsets.UTF_8.decode(stdout.duplicate()).toString().strip();
    }

    /** This output of a command that did not fail. */
    public Output orFail() {
      if (status != 0) {
        throw new AssertionError(command + " ended with " + status + ": " + stderr + text());
      }
      return this;
    }
  }

  /** Standard output as text of a command that must not fail. */
  public static String text(String... command) {
    return run(TIMEOUT, Map.of(), List.of(command)).orFail().text();
  }

  /**
   * Runs a command without standard input.
   *
   * @param environment added to this process's own
   * @throws AssertionError where it has not ended after {@code timeout}; it is killed then
   */
  public static Output run(
      Duration timeout, Map<String, String> environment, List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process process = builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING)).start();
      var stdout = CompletableFuture.supplyAsync(() -> drain(process.getInputStream()));
      var stderr = CompletableFuture.supplyAsync(() -> drain(process.getErrorStream()));
      waitFor(process, timeout, command);
      String said = new String(stderr.join(), StandardCharsets.UTF_8).strip();
      return new Output(command, process.exitValue(), ByteBuffer.wrap(stdout.join()), said);
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  private static void waitFor(Process process, Duration timeout, List<String> command) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(command + " had not ended after " + timeout);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError(command + " was interrupted", e);
    }
  }

  private static byte[] drain(InputStream in) {
    try (in) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
