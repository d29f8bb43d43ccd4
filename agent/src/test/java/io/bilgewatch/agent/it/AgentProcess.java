package io.bilgewatch.agent.it;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program that was built, as a process of its own, with its log. */
public final class AgentProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration COMMAND = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");

  private final Process process;
  private final Path log;

  private AgentProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The launcher in the source tree. */
  public static Path launcher() {
    return Path.of(System.getProperty("bilgewatch.root"), "packaging/bin/bilgewatch");
  }

  /** {@code serve} on a port of the kernel's choice; returns when it listens. */
  public static AgentProcess serve(String... options) {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of("serve", "--web.listen-address=127.0.0.1:0"));
    command.addAll(List.of(options));
    return start(command);
  }

  /** A command line that ends in {@code serve} and its options. */
  public static AgentProcess start(List<String> command) {
    try {
      Path log = Files.createTempFile("bilgewatch-", ".log");
      AgentProcess agent =
          new AgentProcess(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(log.toFile())
                  .start(),
              log);
      Await.until("listening: " + command, START, agent::isListeningOrEnded);
      if (!agent.process.isAlive()) {
        throw new AssertionError(command + " ended: " + agent.log());
      }
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isListeningOrEnded() {
    return !process.isAlive() || LISTENING.matcher(log()).find();
  }

  /** Runs a command that answers and ends. */
  public static Shell.Output run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    return Shell.run(COMMAND, Map.of(), command);
  }

  public URI uri(String path) {
    Matcher listening = LISTENING.matcher(log());
    if (!listening.find()) {
      throw new AssertionError("does not listen: " + log());
    }
    return URI.create(listening.group(1)).resolve(path);
  }

  public Scrape scrape() {
    return Scrape.of(uri("/metrics"));
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** All that it has said so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of the log of that level or words. */
  public List<String> logLines(String containing) {
    return log().lines().filter(line -> line.contains(containing)).toList();
  }

  /** Sends a signal and waits for the end: the exit code, and how long it took. */
  public Ended signal(String name) {
    long began = System.nanoTime();
    Shell.text("kill", "-s", name, Long.toString(process.pid()));
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("still there 30 s after SIG" + name + ": " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return new Ended(process.exitValue(), Duration.ofNanos(System.nanoTime() - began));
  }

  /** How it ended. */
  public record Ended(int code, Duration after) {}

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
