package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.ExitCode;
import io.bilgewatch.agent.cli.Output;
import io.bilgewatch.agent.render.LiveWriteText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.fanotify.LiveWrites;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Prints each write of a container while it happens, a line each. */
final class WritesLive implements LiveWrites.Listener {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  private final Output output;
  private final LiveWriteText text;
  private boolean lost;

  WritesLive(Output output, ContainerView container) {
    this.output = output;
    this.text = new LiveWriteText(output.format() == Output.Format.JSON, container.name());
  }

  /** Ends with the time, a signal, or who reads what is printed. */
  ExitCode watch(LiveWrites writes, Optional<Duration> time) throws IOException {
    long end = System.nanoTime() + time.orElse(FOR_EVER).toNanos();
    try (writes) {
      print(text.head());
      while (System.nanoTime() - end < 0 && !output.out().checkError()) {
        writes.poll(LOOK, this);
        if (writes.isOver()) {
          System.err.println("the container has stopped");
          return ExitCode.UNKNOWN;
        }
      }
    }
    return lost ? ExitCode.UNKNOWN : ExitCode.FINE;
  }

  @Override
  public void written(KernelPath path, int pid, Optional<String> comm) {
    print(Optional.of(text.line(Instant.now(), path, pid, comm)));
  }

  @Override
  public void lost() {
    if (!lost) {
      System.err.println("more was written than could be told");
    }
    lost = true;
  }

  private void print(Optional<String> line) {
    line.ifPresent(output.out()::println);
  }
}
