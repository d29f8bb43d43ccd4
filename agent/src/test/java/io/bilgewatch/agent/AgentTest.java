package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentTest {
  @Test
  void isReadyOnlyWhileTheHostIsLookedAt() {
    assertTrue(Agent.notReady(Optional.empty()).orElseThrow().contains("not been read yet"));
    assertEquals(Optional.empty(), Agent.notReady(Optional.of(Duration.ofSeconds(5))));
    assertTrue(
        Agent.notReady(Optional.of(Duration.ofSeconds(61))).orElseThrow().contains("61 s ago"));
  }
}
