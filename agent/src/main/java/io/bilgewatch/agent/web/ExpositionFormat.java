package io.bilgewatch.agent.web;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The formats of /metrics. Names and labels are all of the classic alphabet, so no escaping is
 * negotiated.
 */
enum ExpositionFormat {
  TEXT,
  OPEN_METRICS,
  PROTOBUF;

  /**
   * What the scraper likes best; text where it names nothing we have, for a scrape in the wrong
   * format is worth more than none.
   */
  static ExpositionFormat negotiate(String accept) {
    AcceptHeader header = AcceptHeader.parse(accept);
    Set<ExpositionFormat> unwanted = EnumSet.noneOf(ExpositionFormat.class);
    for (AcceptHeader.Range range : header.ranges()) {
      if (range.quality() == 0) {
        named(range).ifPresent(unwanted::add);
      }
    }
    return header.ranges().stream()
        .filter(range -> range.quality() > 0)
        .flatMap(range -> named(range).or(() -> matched(range, unwanted)).stream())
        .filter(format -> !unwanted.contains(format))
        .findFirst()
        .orElse(TEXT);
  }

  String contentType() {
    return writer().getContentType();
  }

  void write(OutputStream out, MetricSnapshots snapshots) throws IOException {
    writer().write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  // Made when needed: the one for protobuf brings hundreds of classes that few scrapers ask for.
  private ExpositionFormatWriter writer() {
    return switch (this) {
      case TEXT -> PrometheusTextFormatWriter.builder().build();
      case OPEN_METRICS -> OpenMetricsTextFormatWriter.builder().build();
      case PROTOBUF -> new PrometheusProtobufWriter();
    };
  }

  /** The format that a range asks for by name. */
  private static Optional<ExpositionFormat> named(AcceptHeader.Range range) {
    return switch (range.name()) {
      case "text/plain" -> TEXT.orNone(range.agrees("version", "0.0.4"));
      case "application/openmetrics-text" -> OPEN_METRICS.orNone(range.agrees("version", "1.0.0"));
      case "application/vnd.google.protobuf" ->
          PROTOBUF.orNone(
              range.agrees("proto", "io.prometheus.client.metricfamily")
                  && range.agrees("encoding", "delimited"));
      default -> Optional.empty();
    };
  }

  private Optional<ExpositionFormat> orNone(boolean agreed) {
    return agreed ? Optional.of(this) : Optional.empty();
  }

  /** The first that a wildcard leaves; never protobuf, which costs much and must be asked for. */
  private static Optional<ExpositionFormat> matched(
      AcceptHeader.Range range, Set<ExpositionFormat> unwanted) {
    return switch (range.name()) {
      case "text/*" -> Optional.of(TEXT);
      case "*/*" -> Optional.of(unwanted.contains(TEXT) ? OPEN_METRICS : TEXT);
      default -> Optional.empty();
    };
  }
}
