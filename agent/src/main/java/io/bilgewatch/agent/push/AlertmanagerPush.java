package io.bilgewatch.agent.push;

import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * Tells each Alertmanager of all alerts: when one begins to fire, again and again while it does,
 * and when it is over. It is told the present state, over and over; what it missed in an outage is
 * not made up for but said as it is then.
 */
public final class AlertmanagerPush implements AutoCloseable {
  private static final int MOST_ALERTS = 4_000;

  private final Admission admission = new Admission(MOST_ALERTS);
  private final ExecutorService threads;
  private final HttpClient client;
  private final List<Courier> couriers = new ArrayList<>();
  private volatile Map<Identity, Alert> latest = Map.of();

  private AlertmanagerPush(Alertmanager settings, String instance, Links links) throws IOException {
    Credentials credentials = new Credentials(settings.basicAuth());
    credentials.header();
    SSLContext tls = TlsContext.of(settings.tls());
    threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("bilgewatch-alertmanager-http-", 0).factory());
    client = client(settings.timeout(), tls, threads);
    Payload payload = new Payload(instance, settings.labels(), links, settings.resendInterval());
    for (URI url : settings.urls()) {
      Wire wire = new HttpWire(client, url, credentials, settings.timeout());
      couriers.add(courier(url, wire, payload, settings.resolveDelay()));
    }
  }

  /**
   * Begins to ask each Alertmanager whether it is there.
   *
   * @param instance the value of the label {@code instance}
   * @throws IOException where a file that the settings name can't be used; the message names key
   *     and remedy
   */
  public static AlertmanagerPush start(Alertmanager settings, String instance, Links links)
      throws IOException {
    return new AlertmanagerPush(settings, instance, links);
  }

  static HttpClient client(Duration timeout, SSLContext tls, Executor threads) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(timeout.dividedBy(2))
        .sslContext(tls)
        .executor(threads)
        .build();
  }

  private Courier courier(URI url, Wire wire, Payload payload, Duration resolveDelay) {
    Ledger ledger = new Ledger(payload.resendInterval(), resolveDelay, 2 * MOST_ALERTS);
    Backoff backoff = new Backoff(new SplittableRandom());
    Delivery delivery =
        new Delivery(url.toString(), wire, payload, ledger, backoff, PushClock.SYSTEM);
    return new Courier("bilgewatch-alertmanager-" + couriers.size(), delivery, () -> latest);
  }

  /**
   * Takes all alerts as they are now, those too that were resolved lately: one that is no longer
   * among them is over. Never blocks.
   */
  public void offer(List<Alert> alerts) {
    latest = admission.admit(alerts);
    couriers.forEach(Courier::wake);
  }

  /** How it goes with each Alertmanager, in the order of the configuration. */
  public List<PushStatus> status() {
    long leftOut = admission.dropped();
    return couriers.stream().map(courier -> courier.status().withDropped(leftOut)).toList();
  }

  /** Breaks off what is under way. Nothing is told to be over: the agent ends, not the alert. */
  @Override
  public void close() {
    couriers.forEach(Courier::close);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
