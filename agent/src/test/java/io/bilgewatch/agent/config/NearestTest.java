package io.bilgewatch.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {

  @Test
  void countsInsertionsDeletionsReplacementsAndSwaps() {
    assertEquals(0, Nearest.distance("walk", "walk"));
    assertEquals(1, Nearest.distance("walk", "wlak"));
    assertEquals(1, Nearest.distance("walk", "wal"));
    assertEquals(1, Nearest.distance("walk", "walks"));
    assertEquals(1, Nearest.distance("walk", "talk"));
    assertEquals(4, Nearest.distance("", "walk"));
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    List<String> known = List.of("serve", "check-config", "containers");
    assertEquals(Optional.of("serve"), Nearest.to("sevre", known));
    assertEquals(Optional.of("containers"), Nearest.to("container", known));
    assertEquals(Optional.empty(), Nearest.to("frobnicate", known));
  }
}
