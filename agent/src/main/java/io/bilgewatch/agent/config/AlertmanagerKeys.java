package io.bilgewatch.agent.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The keys of the push to Alertmanager. */
final class AlertmanagerKeys {
  static final Key<List<URI>> URLS =
      new Key<>(
          "alertmanager.urls",
          Kinds.several(Kinds.baseUrl()),
          List.of(),
          "The Alertmanagers that alerts are pushed to, each of them all alerts; with the path"
              + " before `/api/v2` where there is one. `docs/alertmanager.md` has the rest.");
  static final Key<Optional<String>> INSTANCE =
      new Key<>(
          "alertmanager.instance",
          Kinds.wordIfAny(),
          Optional.empty(),
          "The value of the label `instance`, the same as Prometheus' own; not set: the host's name"
              + " and the port of `web.listen-address`.");
  static final Key<List<ExternalLabel>> LABELS =
      new Key<>(
          "alertmanager.labels",
          Kinds.several(Kinds.externalLabel()),
          List.of(),
          "Labels that every pushed alert carries, the same as Prometheus' `external_labels`.");
  static final Key<Duration> RESEND_INTERVAL =
      new Key<>(
          "alertmanager.resend-interval",
          Kinds.duration(ofSeconds(1), ofHours(1)),
          ofMinutes(1),
          "How often an alert that goes on firing is sent again; Alertmanager takes it for resolved"
              + " where it hears nothing for four times as long.");
  static final Key<Duration> RESOLVE_DELAY =
      new Key<>(
          "alertmanager.resolve-delay",
          Kinds.duration(Duration.ZERO, ofMinutes(15)),
          ofMinutes(1),
          "How long after an alert is over Alertmanager is told so: until Prometheus' rules, which see"
              + " it later, say the same, since otherwise it would be told again that it fires.");
  static final Key<Duration> TIMEOUT =
      new Key<>(
          "alertmanager.timeout",
          Kinds.duration(ofSeconds(1), ofMinutes(5)),
          ofSeconds(10),
          "How long one request may take, from the connection to the end of the answer.");
  static final Key<Optional<String>> USERNAME =
      new Key<>(
          "alertmanager.basic-auth.username",
          Kinds.userIfAny(),
          Optional.empty(),
          "The name for basic authentication; needs the password's file.");
  static final Key<Optional<Path>> PASSWORD_FILE =
      new Key<>(
          "alertmanager.basic-auth.password-file",
          Kinds.fileIfAny(),
          Optional.empty(),
          "The file that holds the password and nothing else; read anew for each request.");
  static final Key<Optional<Path>> CA_FILE =
      new Key<>(
          "alertmanager.tls.ca-file",
          Kinds.fileIfAny(),
          Optional.empty(),
          "The certificates (PEM) that sign Alertmanager's; not set: the authorities that Java"
              + " knows.");
  static final Key<Optional<Path>> CERT_FILE =
      new Key<>(
          "alertmanager.tls.cert-file",
          Kinds.fileIfAny(),
          Optional.empty(),
          "Our own certificate (PEM, with what it was signed by) for an Alertmanager that asks;"
              + " needs its key.");
  static final Key<Optional<Path>> KEY_FILE =
      new Key<>(
          "alertmanager.tls.key-file",
          Kinds.fileIfAny(),
          Optional.empty(),
          "The private key of our certificate: PEM, PKCS #8, without a password.");

  private AlertmanagerKeys() {}

  /**
   * What is wrong between several keys.
   *
   * @param unfit names of keys whose value is wrong by itself
   */
  static List<Problem> problems(Effective values, Predicate<String> unfit) {
    List<Problem> problems = new ArrayList<>();
    together(values, USERNAME, PASSWORD_FILE, unfit, problems);
    together(values, CERT_FILE, KEY_FILE, unfit, problems);
    once(values, URLS, values.get(URLS), problems);
    once(values, LABELS, values.get(LABELS).stream().map(ExternalLabel::name).toList(), problems);
    return problems;
  }

  private static void together(
      Effective values,
      Key<? extends Optional<?>> one,
      Key<? extends Optional<?>> other,
      Predicate<String> unfit,
      List<Problem> problems) {
    boolean isOne = values.get(one).isPresent();
    boolean known = !unfit.test(one.name()) && !unfit.test(other.name());
    if (known && isOne != values.get(other).isPresent()) {
      Key<?> there = isOne ? one : other;
      Key<?> absent = isOne ? other : one;
      problems.add(
          new Problem(
              values.source(there).toString(),
              "%s needs %s as well".formatted(there.name(), absent.name())));
    }
  }

  private static void once(Effective values, Key<?> key, List<?> items, List<Problem> problems) {
    Set<Object> seen = new HashSet<>();
    items.stream()
        .filter(item -> !seen.add(item))
        .findFirst()
        .ifPresent(twice ->
            problems.add(
                new Problem(
                    values.source(key).toString(),
                    "%s has \"%s\" twice".formatted(key.name(), twice))));
  }
}
