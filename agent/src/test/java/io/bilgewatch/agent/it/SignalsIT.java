package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program stops in good order, whatever it is doing. */
class SignalsIT {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir private Path directory;
  private FakeHost host;

  @BeforeEach
  void unpack() throws IOException {
    host = FakeHost.unpack("debian12-docker20.10-cgroup1", directory);
  }

  @AfterEach
  void removeLinks() throws IOException {
    host.close();
  }

  private AgentProcess serve() {
    return AgentProcess.serve("--host.root=" + directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void endsWithZeroAndSaysSo(String signal) {
    try (AgentProcess agent = serve()) {
      Await.until("measured", SOON, () -> layersAre(agent, "collected"));
      int before = agent.logLines(" warn ").size();
      assertEndedWell(agent, agent.signal(signal));
      assertEquals(before, agent.logLines(" warn ").size(), agent.log());
    }
  }

  @Test
  void endsDuringALongWalk() throws IOException {
    ManyFiles.below(host.path("srv/docker/overlay2/@DBL@/diff"), 300_000);
    try (AgentProcess agent = serve()) {
      Await.until(
          "read", SOON, () -> agent.scrape().of("bilgewatch_memory_usage_bytes", "db").isPresent());
      assertTrue(agent.scrape().of("bilgewatch_writable_layer_bytes", "db").isEmpty(), "walking");
      assertEndedWell(agent, agent.signal("TERM"));
    }
  }

  @Test
  void endsWhileAClientDoesNotTakeItsAnswers() throws IOException {
    try (AgentProcess agent = serve();
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), agent.uri("/").getPort())) {
      Await.until("read", SOON, () -> layersAre(agent, "collected"));
      byte[] requests =
          "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
              .repeat(2000)
              .getBytes(StandardCharsets.US_ASCII);
      Thread sender = Thread.ofVirtual().start(() -> sendUntilClosed(slow, requests));
      Await.until(
          "the client's answers pile up", SOON, () -> unsent(agent.uri("/").getPort()) > 100_000);
      assertEndedWell(agent, agent.signal("TERM"));
      assertTrue(sender.join(SOON), "its connection was closed");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void sendUntilClosed(Socket socket, byte[] requests) {
    try {
      socket.getOutputStream().write(requests);
    } catch (IOException _) {
      // The agent ended, as it was told to.
    }
  }

  /** Bytes that the server has written and nobody has read, by ss(8). */
  private static long unsent(int port) {
    return io.bilgewatch.engine.Shell.text("ss", "-Htn", "sport = :" + port)
        .lines()
        .map(line -> line.strip().split(" +", -1))
        .mapToLong(fields -> Long.parseLong(fields[2]))
        .sum();
  }

  private static boolean layersAre(AgentProcess agent, String outcome) {
    String series =
        "bilgewatch_collector_outcome{collector=\"layers\",outcome=\"" + outcome + "\"}";
    return Double.valueOf(1).equals(agent.scrape().samples().get(series));
  }

  private static void assertEndedWell(AgentProcess agent, AgentProcess.Ended ended) {
    System.out.printf("ended after %d ms%n", ended.after().toMillis());
    assertEquals(0, ended.code(), agent.log());
    assertTrue(ended.after().compareTo(LIMIT) < 0, ended.after() + ": " + agent.log());
    assertEquals(1, agent.logLines("stopped").size(), agent.log());
  }
}
