package io.bilgewatch.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlikeTest {
  @Test
  void whatIsEqualIsTheFirstOfThem() {
    Alike alike = new Alike();
    List<String> first = alike.first(List.of("rw", "nosuid"));
    assertSame(first, alike.first(List.of("rw", "nosuid")));
    assertNotSame(first, alike.first(List.of("ro", "nosuid")));
  }

  @Test
  void holdsNoMoreThanSoMuch() {
    Alike alike = new Alike();
    for (int i = 0; i < 10 * Alike.MOST; i++) {
      assertEquals("/" + i, alike.first("/" + i));
      assertTrue(alike.size() <= Alike.MOST);
    }
    String last = alike.first("last");
    assertSame(last, alike.first("the last".substring(4)));
  }

  /** The lines of two containers: all but the ids and the overlay's directories is shared. */
  @Test
  void twoTablesShareWhatTheyHaveInCommon() {
    Mount one = table("1 2 0:50", "/a").getFirst();
    Mount other = table("7 8 0:60", "/b").getFirst();
    assertEquals(7, other.id());
    assertSame(one.root(), other.root());
    assertSame(one.mountPoint(), other.mountPoint());
    assertSame(one.options(), other.options());
    assertSame(one.fsType(), other.fsType());
    assertSame(one.source(), other.source());
    String layer = "/layer".repeat(20);
    assertEquals("rw,lowerdir=" + layer + "/a", one.superOptions());
    assertEquals("rw,lowerdir=" + layer + "/b", other.superOptions());
  }

  private static List<Mount> table(String numbers, String layer) {
    String line =
        numbers + " / / rw,relatime - overlay overlay rw,lowerdir=" + "/layer".repeat(20) + layer;
    return MountTable.parse((line + "\n").getBytes(StandardCharsets.UTF_8)).mounts();
  }
}
