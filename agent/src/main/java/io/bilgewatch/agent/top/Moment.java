package io.bilgewatch.agent.top;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import java.time.Instant;

/**
 * Something that happened to a container.
 *
 * @param at when it was seen
 */
record Moment(Instant at, Style style, String text) {

  static Moment of(LoggedEvent logged) {
    HostEvent event = logged.event();
    String times = logged.times() > 1 ? " x%d".formatted(logged.times()) : "";
    return new Moment(logged.last(), Cells.style(event.severity()), words(event) + times);
  }

  /** An OOM kill says itself what it is. */
  private static String words(HostEvent event) {
    return event instanceof HostEvent.OomKilled
        ? event.text()
        : event.words() + ": " + event.text();
  }
}
