package io.bilgewatch.agent;

import io.bilgewatch.agent.web.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Has /metrics answered for nobody, some time after the start, until the JVM has compiled what that
 * takes. It interprets a library's method until it was called 400 times
 * (packaging/bin/jvm.options), which at a scrape each 15 s would take more than an hour, and a
 * scrape costs three times as much until then. What a library does once in an answer stays
 * interpreted for as many scrapes more.
 */
final class Rehearsal implements AutoCloseable {
  /** When the start is over. */
  private static final Duration BEGIN = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int TIMES = 200;

  /** As Prometheus asks, and as curl does. */
  private static final List<Map<String, String>> SCRAPERS =
      List.of(
          Map.of("accept", "application/openmetrics-text;version=1.0.0", "accept-encoding", "gzip"),
          Map.of("accept", "*/*"));

  private final Consumer<Request> answer;
  private final Thread thread;

  private Rehearsal(Consumer<Request> answer) {
    this.answer = answer;
    this.thread = Thread.ofPlatform().daemon().name("bilgewatch-rehearsal").unstarted(this::run);
  }

  /**
   * @param answer makes an answer and throws it away
   */
  static Rehearsal start(Consumer<Request> answer) {
    Rehearsal rehearsal = new Rehearsal(answer);
    rehearsal.thread.start();
    return rehearsal;
  }

  private void run() {
    try {
      Thread.sleep(BEGIN);
      for (int i = 0; i < TIMES; i++) {
        Map<String, String> headers = SCRAPERS.get(i % SCRAPERS.size());
        answer.accept(new Request("/metrics", Map.of(), headers));
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
