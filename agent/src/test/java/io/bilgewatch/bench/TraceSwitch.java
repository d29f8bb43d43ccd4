package io.bilgewatch.bench;

import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.agent.watch.KernelWriteFailureWatch;
import io.bilgewatch.kernel.HostRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Turns the trace of refused writes on and off as standard input says, each answered when it is
 * done: for packaging/bench-tracefs. Says at its end what the agent's thread took.
 */
public final class TraceSwitch {
  private static KernelWriteFailureWatch watch;

  private TraceSwitch() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    HostRoot host = new HostRoot(Path.of(arguments[0]));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      turnOff();
      if (line.equals("on")) {
        turnOn(host);
      }
      System.out.println(line);
    }
    turnOff();
  }

  private static void turnOn(HostRoot host) throws InterruptedException {
    watch = new KernelWriteFailureWatch(host, Duration.ZERO, InstantSource.system(), write -> {});
    watch.start();
    while (watch.status().outcome() != Outcome.COLLECTED) {
      if (!watch.status().detail().isEmpty()) {
        throw new IllegalStateException(watch.status().toString());
      }
      Thread.sleep(20);
    }
  }

  private static void turnOff() {
    if (watch != null) {
      System.err.println(watch.counts() + ", CPU " + watch.status().cpu());
      watch.close();
      watch = null;
    }
  }
}
