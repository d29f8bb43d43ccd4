package io.bilgewatch.agent.push;

import io.bilgewatch.agent.push.Ledger.Told;
import io.bilgewatch.agent.push.Wire.Answer;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.view.PushStatus.State;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one Alertmanager what it is to be told, request by request. Where there is nothing to tell
 * it sends an empty list now and then: that it can't be reached is better known before the first
 * alert.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int MOST_ALERTS = 64;
  static final int MOST_BYTES = 1 << 20;
  private static final byte[] NOTHING = "[]".getBytes(StandardCharsets.US_ASCII);

  private final String url;
  private final Wire wire;
  private final Payload payload;
  private final Ledger ledger;
  private final Backoff backoff;
  private final PushClock clock;
  private final Duration beat;

  private State state = State.UNTRIED;
  private Optional<String> problem = Optional.empty();
  private Optional<Instant> lastSuccess = Optional.empty();
  private boolean refusalTold;
  private long sent;
  private long errors;
  private long nextBeat;
  private long retryAt;
  private volatile PushStatus status;

  Delivery(
      String url, Wire wire, Payload payload, Ledger ledger, Backoff backoff, PushClock clock) {
    this.url = url;
    this.wire = wire;
    this.payload = payload;
    this.ledger = ledger;
    this.backoff = backoff;
    this.clock = clock;
    this.beat = payload.resendInterval();
    this.nextBeat = clock.nanos();
    this.retryAt = clock.nanos();
    this.status = PushStatus.untried(url);
  }

  /**
   * Sends one request where one is due.
   *
   * @return how long nothing is to be done, as long as no alert changes
   */
  Duration step(Map<Identity, Alert> alerts) {
    long now = clock.nanos();
    ledger.update(alerts, clock.now(), now);
    boolean resting = retryAt - now > 0;
    List<Told> due = resting ? List.of() : ledger.due(now, MOST_ALERTS);
    if (!resting && (!due.isEmpty() || nextBeat - now <= 0)) {
      send(due);
      now = clock.nanos();
    }
    publish(now);
    return untilNext(now);
  }

  /** What was known after the last step. */
  PushStatus status() {
    return status;
  }

  private Duration untilNext(long now) {
    if (state == State.DOWN) {
      return Duration.ofNanos(Math.max(0, retryAt - now));
    }
    Duration untilBeat = Duration.ofNanos(Math.max(0, nextBeat - now));
    return ledger.untilNext(now).filter(d -> d.compareTo(untilBeat) < 0).orElse(untilBeat);
  }

  private void send(List<Told> due) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<Told> batch = write(due, body);
    if (batch.isEmpty() && !due.isEmpty()) {
      refuse(due.getFirst(), "it is larger than %d bytes".formatted(MOST_BYTES));
      return;
    }
    switch (wire.post(body.toByteArray())) {
      case Answer.Taken _ -> {
        ledger.taken(batch, clock.nanos());
        sent += batch.size();
        wentWell();
      }
      case Answer.Failed(String reason, boolean arrived) -> {
        if (arrived) {
          ledger.maybeTaken(batch);
        }
        failed(reason);
      }
      case Answer.Refused(String reason) -> refused(batch, reason);
    }
  }

  /** A list of as many as fit. */
  private List<Told> write(List<Told> due, ByteArrayOutputStream body) {
    List<Told> batch = new ArrayList<>();
    body.write('[');
    for (Told told : due) {
      byte[] json = payload.of(told.alert(), clock.now());
      if (body.size() + json.length + 2 > MOST_BYTES) {
        break;
      }
      if (!batch.isEmpty()) {
        body.write(',');
      }
      body.writeBytes(json);
      batch.add(told);
    }
    body.write(']');
    return batch;
  }

  /** Whether it is the alerts that are refused, or anything is, an empty list tells. */
  private void refused(List<Told> batch, String reason) {
    if (batch.isEmpty()) {
      failed(reason);
      return;
    }
    Optional<String> anyway = wire.post(NOTHING).problem();
    if (anyway.isPresent()) {
      failed(anyway.get());
      return;
    }
    if (batch.size() == 1) {
      refuse(batch.getFirst(), reason);
    } else {
      ledger.sendAlone(batch);
    }
    errors++;
    wentWell();
  }

  private void refuse(Told told, String reason) {
    ledger.refused(told, clock.nanos());
    if (!refusalTold) {
      refusalTold = true;
      LOG.warn(
          "Alertmanager {} refuses {} {}: {}; it is left out",
          url,
          told.alert().rule().label(),
          told.alert().labels(),
          reason);
    }
  }

  private void wentWell() {
    if (state == State.DOWN) {
      LOG.info("Alertmanager {} takes alerts again", url);
    }
    state = State.UP;
    problem = Optional.empty();
    lastSuccess = Optional.of(clock.now());
    nextBeat = clock.nanos() + beat.toNanos();
    refusalTold &= ledger.anyRefused();
    backoff.reset();
  }

  private void failed(String reason) {
    long now = clock.nanos();
    if (state != State.DOWN) {
      LOG.warn("Alertmanager {} does not take alerts: {}; it is tried again", url, reason);
      ledger.tellAllAgain(now);
    }
    state = State.DOWN;
    problem = Optional.of(reason);
    errors++;
    retryAt = now + backoff.afterFailure().toNanos();
    nextBeat = retryAt;
  }

  private void publish(long now) {
    status =
        new PushStatus(
            url, state, problem, sent, errors, ledger.dropped(), ledger.waiting(now), lastSuccess);
  }
}
