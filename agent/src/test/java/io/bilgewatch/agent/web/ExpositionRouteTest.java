package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionRouteTest {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private volatile boolean broken;
  private TestServer test;

  @BeforeEach
  void start() throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(() -> MetricSnapshots.of(bytes(), kills()));
    test = new TestServer(Map.of("/metrics", new ExpositionRoute(registry)), Limits.standard());
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Nobody in particular, a browser, curl.
        "nonsense                                                                       | text",
        "*/*                                                                            | text",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8                | text",
        "text/*                                                                         | text",
        "text/plain                                                                     | text",
        "application/json                                                               | text",
        // Prometheus 2.x and 3.x as they come.
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | open",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | open",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2 | proto",
        // Quality decides, then the order.
        "application/openmetrics-text;q=0.1,text/plain;q=0.9                            | text",
        "text/plain;q=0.1,application/openmetrics-text;q=0.9                            | open",
        "text/plain,application/openmetrics-text                                        | text",
        "application/openmetrics-text,text/plain                                        | open",
        "application/vnd.google.protobuf;q=0.3,text/plain;q=0.5                         | text",
        "text/plain,application/vnd.google.protobuf                                     | text",
        // Protobuf that is not ours, versions that are not ours.
        "application/vnd.google.protobuf;proto=other.Family,text/plain;q=0.1            | text",
        "application/vnd.google.protobuf;encoding=text,application/openmetrics-text;q=0.1 | open",
        "application/openmetrics-text;version=0.0.1                                     | text",
        "text/plain;version=1.0.0,application/openmetrics-text;q=0.5                    | open",
        // Excluded.
        "application/openmetrics-text;q=0,*/*;q=0.5                                     | text",
        "text/plain;q=0,*/*                                                             | open",
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0                | open",
        // Odd, but clear.
        "APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.7 , text/plain;q=0.6    | open",
        ",,;q=1,application/openmetrics-text                                            | open",
      })
  void negotiates(String accept, String format) throws Exception {
    HttpResponse<byte[]> response = test.get("/metrics", "Accept", accept);
    String type =
        switch (format) {
          case "text" -> TEXT;
          case "open" -> "application/openmetrics-text; version=1.0.0; charset=utf-8";
          default ->
              "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                  + " encoding=delimited";
        };
    assertEquals(type, response.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(format.equals("open"), TestServer.text(response).endsWith("# EOF\n"));
    assertEquals(format.equals("proto"), response.body()[1] == 0x0a);
  }

  @Test
  void withoutAnAcceptHeaderItIsText() throws Exception {
    String heard = test.exchange("GET /metrics HTTP/1.0\r\n\r\n");
    assertTrue(heard.contains("Content-Type: " + TEXT + "\r\n"), heard);
  }

  @Test
  void writesTheRegistryWithoutTimestamps() throws Exception {
    assertEquals(
        """
        # HELP bilgewatch_oom_kills_total kills
        # TYPE bilgewatch_oom_kills_total counter
        bilgewatch_oom_kills_total{container="a\\"b"} 3.0
        # HELP bilgewatch_writable_layer_bytes bytes
        # TYPE bilgewatch_writable_layer_bytes gauge
        bilgewatch_writable_layer_bytes{container="web1"} 4096.0
        """,
        TestServer.text(test.get("/metrics")));
    String open = TestServer.text(test.get("/metrics", "Accept", "application/openmetrics-text"));
    assertTrue(open.contains("bilgewatch_oom_kills_total{container=\"a\\\"b\"} 3.0\n"), open);
    assertFalse(open.contains("_created"), open);
  }

  @Test
  void choosesByName() throws Exception {
    String one = TestServer.text(test.get("/metrics?name%5B%5D=bilgewatch_oom_kills_total"));
    assertTrue(one.contains("bilgewatch_oom_kills_total{"), one);
    assertFalse(one.contains("bilgewatch_writable_layer_bytes{"), one);
    String both =
        TestServer.text(
            test.get(
                "/metrics?name[]=bilgewatch_oom_kills_total&name[]=bilgewatch_writable_layer_bytes"
                    .replace("[]", "%5B%5D")));
    assertTrue(both.contains("bilgewatch_writable_layer_bytes{"), both);
    assertEquals("", TestServer.text(test.get("/metrics?name%5B%5D=no_such")));
  }

  @Test
  void aCollectorThatThrowsIsA500AndNoHalfScrape() throws Exception {
    broken = true;
    HttpResponse<byte[]> response = test.get("/metrics");
    assertEquals(500, response.statusCode());
    assertFalse(TestServer.text(response).contains("secret"));
    broken = false;
    assertEquals(200, test.get("/metrics").statusCode());
  }

  private GaugeSnapshot bytes() {
    if (broken) {
      throw new IllegalStateException("secret");
    }
    return GaugeSnapshot.builder()
        .name("bilgewatch_writable_layer_bytes")
        .help("bytes")
        .dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(Labels.of("container", "web1"))
                .value(4096)
                .build())
        .build();
  }

  private static CounterSnapshot kills() {
    return CounterSnapshot.builder()
        .name("bilgewatch_oom_kills")
        .help("kills")
        .dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(Labels.of("container", "a\"b"))
                .value(3)
                .createdTimestampMillis(1_700_000_000_000L)
                .build())
        .build();
  }
}
