package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.agent.web.page.StatusPage.Health;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.agent.web.page.StatusPage.Whose;
import io.bilgewatch.agent.web.page.Vessel.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Alerts and events as the pages tell them.
 *
 * @param now by which it is told how long ago something was
 * @param containers those that have a page, by id
 */
record Words(Instant now, Function<String, Optional<Named>> containers) {

  Warning of(Alert alert) {
    return new Warning(
        "%s-%08x".formatted(alert.rule().label(), alert.labels().hashCode()),
        alert.rule().label(),
        alert.rule().severity(),
        alert.isFiring(),
        Duration.between(alert.activeAt(), now),
        alert.summary(),
        alert.description(),
        Optional.ofNullable(alert.labels().get("container"))
            .map(name -> whose(name, alert.labels().getOrDefault("container_id", ""))));
  }

  Happening of(LoggedEvent logged) {
    HostEvent event = logged.event();
    return new Happening(
        Duration.between(logged.last(), now),
        whose(event.whose().text(), event.whose().containerId()),
        event.words(),
        health(event.severity()),
        event.text(),
        logged.times(),
        logged.before());
  }

  private Whose whose(String name, String id) {
    return new Whose(name, id.isEmpty() ? Optional.empty() : containers.apply(id).map(Named::href));
  }

  private static Health health(Severity severity) {
    return switch (severity) {
      case CRITICAL -> Health.BAD;
      case WARNING -> Health.LIMITED;
      case INFO -> Health.GOOD;
    };
  }
}
