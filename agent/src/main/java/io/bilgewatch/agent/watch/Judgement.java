package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.alert.Alerts;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.outlook.Fresh;
import io.bilgewatch.agent.outlook.Outlooks;
import io.bilgewatch.agent.push.AlertmanagerPush;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.agent.view.HostView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is thought about each view: where things are going, and what is to be told to somebody. A
 * fault in it takes nothing of what was read away.
 */
final class Judgement implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Judgement.class);

  private static final String NAME = "judgement";

  /** The layers, mounts and headrooms of 500 containers are four for each; and file systems. */
  private static final int MOST_SERIES = 2_500;

  private final Optional<HistoryKeeper> keeper;
  private final Histories histories;
  private final Outlooks outlooks;
  private final Alerts alerts;
  private final Optional<AlertmanagerPush> push;
  private final Optional<ContractWatch> contracts;
  private Duration cpu = Duration.ZERO;
  private CollectorStatus status =
      new CollectorStatus(
          NAME, Outcome.PENDING, "", Duration.ZERO, Duration.ZERO, Optional.empty());

  /**
   * @param push whom the alerts are told to
   * @param contracts that the containers are held to
   */
  Judgement(
      Configuration config,
      InstantSource clock,
      Optional<AlertmanagerPush> push,
      Optional<ContractWatch> contracts) {
    this.push = push;
    this.contracts = contracts;
    this.histories =
        new Histories(config.growth().window(), config.growth().longWindow(), MOST_SERIES);
    this.keeper =
        config.state().directory().map(place -> new HistoryKeeper(histories, place, clock));
    this.outlooks = new Outlooks(histories);
    this.alerts = new Alerts(config.alerts(), new LabelText(config.metrics().maxLabelLength()));
  }

  /** Takes up what was known before the last end. */
  void start() {
    keeper.ifPresent(HistoryKeeper::start);
  }

  List<CollectorStatus> statuses() {
    List<CollectorStatus> all = new ArrayList<>(List.of(status));
    keeper.map(HistoryKeeper::status).ifPresent(all::add);
    return all;
  }

  /**
   * @param fresh what was read since the view before
   */
  HostView of(HostView view, long nanos, Fresh fresh) {
    long began = System.nanoTime();
    HostView judged = view;
    String wrong = "";
    try {
      judged = contracts.isPresent() ? contracts.get().of(view) : view;
      judged = judged.with(outlooks.next(judged, nanos, fresh));
      Alerting alerting = alerts.next(judged, nanos);
      push.ifPresent(to -> to.offer(alerting.alerts()));
      judged = judged.with(alerting.with(push.map(AlertmanagerPush::status).orElse(List.of())));
      if (outlooks.refused() > 0) {
        wrong = "%d things can't be forecast: there is no room".formatted(outlooks.refused());
      }
    } catch (RuntimeException e) {
      wrong = "forecasts and alerts are absent: " + e;
      if (status.outcome() != Outcome.FAILED) {
        LOG.error("forecasts and alerts failed; they are tried again each second", e);
      }
    }
    status = status(wrong, view.at(), Duration.ofNanos(System.nanoTime() - began));
    return judged;
  }

  /** What is remembered of something, by the monotonic clock; any thread may ask. */
  Optional<Points> history(SeriesKey key) {
    return histories.points(key);
  }

  private CollectorStatus status(String wrong, Instant at, Duration took) {
    cpu = cpu.plus(took);
    return new CollectorStatus(
        NAME,
        wrong.isEmpty() ? Outcome.COLLECTED : Outcome.FAILED,
        wrong,
        took,
        cpu,
        wrong.isEmpty() ? Optional.of(at) : status.lastSuccess());
  }

  @Override
  public void close() {
    keeper.ifPresent(HistoryKeeper::close);
  }
}
