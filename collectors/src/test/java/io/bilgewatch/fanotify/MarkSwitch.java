package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.process.ProcessOwner;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Marks the overlay of one process, or not, as standard input says, each answered when it is done:
 * for packaging/bench-writes. It is armed again as the agent does, a second after something was
 * told. Says at the end of each state what was told.
 *
 * <pre>
 * off     nothing is marked
 * on      as shipped
 * named   as shipped, but a fast writer stays watched
 * </pre>
 */
final class MarkSwitch {
  private static final String CONTAINER = "f".repeat(64);
  private static final Duration REST = Duration.ofSeconds(1);

  private final WriteMarks marks;
  private final int pid;
  private final Thread poller = Thread.ofPlatform().unstarted(this::poll);
  private volatile boolean ended;
  private long told;
  private long files;
  private long all;

  private MarkSwitch(WriteMarks marks, int pid) {
    this.marks = marks;
    this.pid = pid;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int pid = Integer.parseInt(arguments[0]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    MarkSwitch now = null;
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (now != null) {
        now.end();
      }
      now = line.equals("off") ? null : new MarkSwitch(marks(line.equals("named")), pid);
      if (now != null) {
        now.arm();
        now.poller.start();
      }
      System.out.println(line);
    }
    if (now != null) {
      now.end();
    }
  }

  private static WriteMarks marks(boolean named) throws IOException {
    WriterRates rates =
        named
            ? new WriterRates(
                _ -> {
                  throw new FileNotFoundException("nobody is fast");
                },
                System::nanoTime)
            : new WriterRates(HostRoot.LIVE);
    Owners owners = _ -> new ProcessOwner.OfContainer(CONTAINER);
    Duration settle = Duration.ofMillis(Long.getLong("settle", 50));
    return new WriteMarks(HostRoot.LIVE, FanotifyGroup.open(), owners, rates, settle);
  }

  private void arm() {
    if (!marks.arm(CONTAINER, pid).isPresent()) {
      throw new IllegalStateException(marks.arm(CONTAINER, pid).toString());
    }
  }

  private void poll() {
    long due = Long.MAX_VALUE;
    try {
      while (!ended) {
        List<Written> written = marks.poll(Duration.ofMillis(100));
        for (Written one : written) {
          told++;
          files += one.files().size();
          all += one.all() ? 1 : 0;
          due = Math.min(due, System.nanoTime() + REST.toNanos());
        }
        if (System.nanoTime() > due) {
          due = Long.MAX_VALUE;
          arm();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void end() throws InterruptedException {
    ended = true;
    poller.join();
    marks.close();
    System.err.printf("told %d times, %d files, %d times all%n", told, files, all);
  }
}
