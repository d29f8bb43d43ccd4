package io.bilgewatch.writes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.overlay.LayerEntry.Change;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Told as a walk tells. */
class WrittenTreeTest {
  private static final long KIB = 1_024;

  private WrittenTree tree = new WrittenTree(PathRules.shipped());

  @Test
  void aFileInADirectoryOfTheImageIsAPlaceAndANewDirectoryIsOne() {
    tree.start();
    enter("run", true);
    file("nginx.pid", Change.CREATED, 4);
    tree.leave();
    enter("var", true);
    enter("cache", true);
    enter("nginx", false);
    enter("client_temp", false);
    file("0001", Change.CREATED, 8);
    tree.leave();
    file("x", Change.CREATED, 4);
    tree.leave();
    tree.leave();
    tree.leave();
    enter("etc", true);
    file("passwd", Change.MODIFIED, 4);
    file("motd", Change.DELETED, 0);
    tree.leave();
    tree.end();
    assertEquals(
        List.of(
            "/etc/motd configuration 0/0/1 0",
            "/etc/passwd users 0/1/0 4",
            "/run/nginx.pid pid-file 1/0/0 4",
            "/var/cache/nginx/ nginx-temp 4/0/0 12"),
        shown());
    Changes passwd = tree.places().get(1).changes();
    assertEquals(4 * KIB, passwd.copiedUpBytes());
    assertEquals(Instant.ofEpochSecond(100), passwd.lastChange());
  }

  /** A file that was made and removed leaves only its directory in the layer. */
  @Test
  void whatCameAndWentIsAPlaceToo() {
    tree.start();
    enter("var", true);
    enter("tmp", true);
    tree.leave();
    tree.leave();
    tree.end();
    assertEquals(List.of("/var/tmp/ temp 0/0/0 0"), shown());
    Changes passing = tree.places().getFirst().changes();
    assertTrue(passing.isPassing());
    assertEquals(Instant.ofEpochSecond(50), passing.lastChange());
  }

  @Test
  void manyFilesOfADirectoryAreThatDirectory() {
    tree.start();
    enter("srv", true);
    for (int i = 0; i <= WrittenTree.MOST_FILES; i++) {
      file("upload" + i, Change.CREATED, 4);
    }
    file("other", Change.MODIFIED, 8);
    tree.leave();
    tree.end();
    assertEquals(List.of("/srv/ unknown 17/1/0 76"), shown());
    assertTrue(tree.places().getFirst().imageHas());
  }

  @Test
  void whatIsInTheRootItselfIsThereToo() {
    assertRootIsTold();
  }

  private void assertRootIsTold() {
    tree.start();
    file("fill", Change.CREATED, 40);
    enter("data", false);
    tree.leave();
    tree.end();
    assertEquals(List.of("/data/ data 1/0/0 0", "/fill unknown 1/0/0 40"), shown());
  }

  @Test
  void aWalkThatBeginsAnewForgets() {
    tree.start();
    enter("srv", false);
    file("a", Change.CREATED, 4);
    assertRootIsTold();
  }

  @Test
  void aPlaceOfSeveralThingsIsWhatMostOfItIs() {
    tree.start();
    enter("app", false);
    file("small.pid", Change.CREATED, 4);
    file("large.log", Change.CREATED, 4_000);
    file("large.pid", Change.CREATED, 40);
    tree.leave();
    tree.end();
    assertEquals(List.of("/app/ log 4/0/0 4044"), shown());
  }

  /** A core dump is nothing to speak of beside data, and data must not be lost for a cache. */
  @Test
  void whatMustNotBeLostSpeaksForItsDirectory() {
    tree.start();
    enter("srv", true);
    enter("app", false);
    file("core.123", Change.CREATED, 1_000_000);
    file("page.tmp", Change.CREATED, 4_000);
    file("users.sqlite", Change.CREATED, 4);
    tree.leave();
    enter("dump", false);
    file("core.123", Change.CREATED, 1_000_000);
    file("x", Change.CREATED, 4);
    tree.leave();
    tree.leave();
    tree.end();
    assertEquals(
        List.of("/srv/app/ sqlite 4/0/0 1004004", "/srv/dump/ unknown 3/0/0 1000004"), shown());
  }

  @Test
  void aWalkThatStoppedHalfwayKeepsWhereItWas() {
    tree.start();
    enter("srv", true);
    enter("large", false);
    file("a.log", Change.CREATED, 4);
    tree.end();
    assertEquals(List.of("/srv/large/ log 2/0/0 4"), shown());
  }

  /** A container makes directories without end, each a place. */
  @Test
  void placesAreBoundedAndNothingIsLost() {
    tree.start();
    enter("srv", true);
    int many = 3 * WrittenTree.MOST_PLACES;
    for (int i = 0; i < many; i++) {
      enter("d" + i, false);
      file("x", Change.CREATED, 4);
      tree.leave();
    }
    tree.leave();
    tree.end();
    assertTrue(tree.places().size() <= WrittenTree.MOST_PLACES + 2);
    assertEquals(2L * many, tree.places().stream().mapToLong(one -> one.changes().created()).sum());
    assertEquals(
        4 * KIB * many, tree.places().stream().mapToLong(one -> one.changes().bytes()).sum());
  }

  /** A new directory is one place, but not where somebody asks for a part of it. */
  @Test
  void whatIsAskedForIsToldApartFromWhatIsBesideIt() {
    tree = apart("/data/a/cache", "/data/state");
    tree.start();
    enter("data", false);
    file("state", Change.CREATED, 1);
    file("loose", Change.CREATED, 2);
    enter("a", false);
    enter("cache", false);
    enter("deep", false);
    file("x", Change.CREATED, 4);
    tree.leave();
    tree.leave();
    enter("cached", false);
    file("x", Change.CREATED, 8);
    tree.leave();
    tree.leave();
    enter("other", false);
    enter("deep", false);
    file("x", Change.CREATED, 16);
    tree.leave();
    tree.leave();
    tree.leave();
    tree.end();
    assertEquals(
        List.of(
            "/data/a/cache/ 3/0/0 4",
            "/data/a/cached/ 2/0/0 8",
            "/data/loose 1/0/0 2",
            "/data/other/ 3/0/0 16",
            "/data/state 1/0/0 1"),
        shown().stream().map(line -> line.replaceAll(" [a-z-]+ ", " ")).toList());
    assertFalse(tree.places().getFirst().imageHas());
  }

  @Test
  void anEmptyDirectoryThatLeadsToWhatIsAskedForIsTold() {
    tree = apart("/data/cache");
    tree.start();
    enter("data", false);
    tree.leave();
    tree.end();
    assertEquals(List.of("/data/ data 1/0/0 0"), shown());
    assertEquals(Instant.EPOCH, tree.places().getFirst().changes().lastChange());
  }

  @Test
  void whatIsAskedForStaysApartHoweverMuchIsBesideIt() {
    tree = apart("/srv/kept", "/srv/file");
    tree.start();
    enter("srv", true);
    for (int i = 0; i < 2 * WrittenTree.MOST_PLACES; i++) {
      enter("d" + i, false);
      tree.leave();
      file("f" + i, Change.CREATED, 4);
    }
    file("file", Change.MODIFIED, 4);
    enter("kept", false);
    file("x", Change.CREATED, 4);
    tree.leave();
    tree.leave();
    tree.end();
    List<String> shown = shown();
    assertTrue(shown.contains("/srv/kept/ unknown 2/0/0 4"), shown::toString);
    assertTrue(shown.contains("/srv/file unknown 0/1/0 4"), shown::toString);
    assertTrue(shown.size() <= WrittenTree.MOST_PLACES + 4, shown::toString);
  }

  private static WrittenTree apart(String... paths) {
    return new WrittenTree(
        PathRules.shipped(), Stream.of(paths).map(KernelPath::of).collect(Collectors.toSet()));
  }

  @Test
  void deepAndLongNamesAreCutAndCounted() {
    tree.start();
    String name = "n".repeat(255);
    for (int i = 0; i < 1_000; i++) {
      enter(name, i == 0);
    }
    file("x", Change.CREATED, 4);
    for (int i = 0; i < 1_000; i++) {
      tree.leave();
    }
    file("y", Change.CREATED, 4);
    tree.end();
    assertEquals(2, tree.places().size());
    assertEquals("/y", tree.places().getLast().path().toString());
  }

  private void enter(String name, boolean ofTheImage) {
    tree.enter(name.getBytes(UTF_8), ofTheImage, 50_000_000_000L);
  }

  private void file(String name, Change change, long kib) {
    tree.entry(
        name.getBytes(UTF_8),
        new LayerEntry(change, LayerEntry.Type.FILE, kib * KIB, 100_000_000_000L, false, 0, 0));
  }

  private List<String> shown() {
    return tree.places().stream()
        .map(place ->
            "%s%s %s %d/%d/%d %d"
                .formatted(
                    place.path(),
                    place.type().isEmpty() ? "/" : "",
                    place.what().id(),
                    place.changes().created(),
                    place.changes().modified(),
                    place.changes().deleted(),
                    place.changes().bytes() / KIB))
        .toList();
  }
}
