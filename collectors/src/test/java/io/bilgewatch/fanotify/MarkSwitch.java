package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.process.ProcessOwner;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Marks the overlay of one process, or not, as standard input says, each answered when it is done:
 * for packaging/bench-writes. It is armed again as the agent does, a second after something was
 * told. Says at its end what was told.
 *
 * <pre>
 * off     nothing is marked
 * on      as shipped
 * named   as shipped, but a fast writer stays watched
 * </pre>
 */
final class MarkSwitch implements AutoCloseable {
  private static final String CONTAINER = "f".repeat(64);
  private static final Duration REST = Duration.ofSeconds(1);

  private final String name;
  private final WriteMarks marks;
  private final int pid;
  private final Thread poller = Thread.ofPlatform().daemon().unstarted(this::poll);
  private volatile boolean armed;
  private volatile boolean ended;
  private long told;
  private long files;
  private long all;

  private MarkSwitch(String name, int pid, WriterRates rates) throws IOException {
    this.name = name;
    this.pid = pid;
    Owners owners = _ -> new ProcessOwner.OfContainer(CONTAINER);
    FanotifyGroup group = FanotifyGroup.open();
    marks = new WriteMarks(HostRoot.LIVE, group, owners, rates, WriteMarks.SETTLE);
    poller.start();
  }

  public static void main(String[] arguments) throws IOException {
    int pid = Integer.parseInt(arguments[0]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (MarkSwitch shipped = new MarkSwitch("on", pid, new WriterRates(HostRoot.LIVE));
        MarkSwitch named = new MarkSwitch("named", pid, nobodyIsFast())) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        shipped.turn(line);
        named.turn(line);
        System.out.println(line);
      }
    }
  }

  private static WriterRates nobodyIsFast() {
    return new WriterRates(
        _ -> {
          throw new FileNotFoundException("nobody is fast");
        },
        System::nanoTime);
  }

  private void turn(String state) {
    armed = state.equals(name);
    if (armed) {
      arm();
    } else {
      marks.disarm(CONTAINER);
    }
  }

  private void arm() {
    Reading<Armed> reading = marks.arm(CONTAINER, pid);
    if (!reading.isPresent()) {
      throw new IllegalStateException(reading.toString());
    }
  }

  private void poll() {
    long due = Long.MAX_VALUE;
    try {
      while (!ended) {
        for (Written one : marks.poll(Duration.ofMillis(100))) {
          told++;
          files += one.files().size();
          all += one.all() ? 1 : 0;
          due = Math.min(due, System.nanoTime() + REST.toNanos());
        }
        if (armed && System.nanoTime() > due) {
          due = Long.MAX_VALUE;
          arm();
        }
      }
    } catch (IOException e) {
      if (!ended) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    marks.close();
    System.err.printf("%s: told %d times, %d files, %d times all%n", name, told, files, all);
  }
}
