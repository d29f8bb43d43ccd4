package io.bilgewatch.agent.outlook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.Outlook.OfContainer;
import io.bilgewatch.agent.view.Outlook.OfFilesystem;
import io.bilgewatch.agent.view.Outlook.Share;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class OutlooksTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double MB = 1 << 20;
  private static final KernelPath TMP = KernelPath.of("/tmp");

  private final Histories histories =
      new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 100);
  private final Outlooks outlooks = new Outlooks(histories);
  private final Simulated container = new Simulated(1);
  private final List<BackingFilesystem> filesystems = new ArrayList<>();

  private Outlook tick(int second, Simulated... containers) {
    return outlooks.next(Simulated.host(second, filesystems, containers), second * SECOND);
  }

  /** What is said after seconds of something happening. */
  private OfContainer after(int from, int to, IntConsumer happens) {
    Outlook last = Outlook.NONE;
    for (int second = from; second <= to; second++) {
      container.tmpfs.clear();
      happens.accept(second);
      last = tick(second, container);
    }
    return last.of(container.id);
  }

  private void risk(double room, double headroom) {
    container.risk = Reading.of(new TmpfsRisk(room, (long) headroom));
  }

  private static void assertSeconds(double expected, OptionalDouble found) {
    assertEquals(expected, found.orElse(-1), 0.02 * expected + 0.1);
  }

  @Test
  void aTmpfsIsFullWhenItsRoomIsUsedUp() {
    OfContainer outlook = after(0, 40, t -> container.tmpfs("/tmp", 64 * MB, t * MB));
    assertEquals(Shape.GROWING, outlook.tmpfs().get(TMP).growth().optional().orElseThrow().shape());
    assertSeconds(24, outlook.tmpfs().get(TMP).fullSeconds());
    assertTrue(outlook.oomSeconds().isEmpty(), "no risk is known");
  }

  /** Alone it says nothing, and a leak beside it that has lasted long must not vouch for it. */
  @Test
  void aStartUpDoesNotBorrowTheEvidenceOfASlowLeak() {
    OfContainer outlook =
        after(
            0,
            1_000,
            t -> {
              double unpacked = 5 * MB * Math.max(0, t - 992);
              container.tmpfs("/dev/shm", 500 * MB, 20_000.0 * t);
              container.tmpfs("/tmp", 500 * MB, unpacked);
              risk(900 * MB, 400 * MB - unpacked);
            });
    assertTrue(outlook.tmpfs().get(TMP).growth().optional().orElseThrow().isGrowing());
    assertTrue(
        outlook
            .tmpfs()
            .get(KernelPath.of("/dev/shm"))
            .growth()
            .optional()
            .orElseThrow()
            .isGrowing());
    assertTrue(outlook.oomSeconds().isEmpty(), outlook.oomSeconds().toString());
  }

  /** With tmpfs.interval: 10s, and a view each second. */
  @Test
  void oneReadingIsOneMeasurementHoweverOftenItIsSeen() {
    container.tmpfs("/tmp", 64 * MB, MB);
    for (int second = 0; second < 9; second++) {
      Outlook outlook = tick(second, container);
      assertFalse(
          outlook.of(container.id).tmpfs().get(TMP).growth().isPresent(),
          "flat would be a figure that nobody measured");
    }
  }

  /** What found the same as before is the same object, and still says that it stands. */
  @Test
  void oneThatWasTakenAnewIsAMeasurementEvenWhereItIsTheSameObject() {
    container.tmpfs("/tmp", 64 * MB, MB);
    risk(63 * MB, 100 * MB);
    for (int second = 0; second < 60; second++) {
      outlooks.next(
          Simulated.host(second, filesystems, container), second * SECOND, new Fresh(true, true));
    }
    OfContainer known = tick(60, container).of(container.id);
    assertEquals(Shape.FLAT, known.tmpfs().get(TMP).growth().optional().orElseThrow().shape());
    assertTrue(histories.growth(SeriesKey.headroom(container.id), 60 * SECOND).isPresent());
    for (int second = 61; second < 80; second++) {
      known = tick(second, container).of(container.id);
    }
    assertFalse(known.tmpfs().get(TMP).growth().isPresent(), "nobody measured it for 20 s");
  }

  @Test
  void whatATmpfsWithoutASizeHoldsIsWhatItsCgroupSays() {
    OfContainer outlook =
        after(
            0,
            60,
            t -> {
              container.tmpfs.add(Reading.of(Simulated.uncounted("/tmp")));
              container.memory = Reading.of(Simulated.memory(t * MB));
              risk(Double.POSITIVE_INFINITY, 120 * MB - t * MB);
            });
    assertSeconds(60, outlook.oomSeconds());
  }

  @Test
  void theKillComesWhereMemoryEndsBeforeTheTmpfs() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs("/tmp", 128 * MB, t * MB);
              risk(128 * MB - t * MB, 60 * MB - t * MB);
            });
    assertSeconds(20, outlook.oomSeconds());
  }

  @Test
  void noKillComesWhereTheTmpfsIsFullBefore() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs("/tmp", 50 * MB, t * MB);
              risk(50 * MB - t * MB, 60 * MB - t * MB);
            });
    assertSeconds(10, outlook.tmpfs().get(TMP).fullSeconds());
    assertTrue(outlook.oomSeconds().isEmpty());
  }

  @Test
  void roomInAMountThatDoesNotGrowDoesNotHelp() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs("/tmp", 50 * MB, t * MB);
              container.tmpfs("/run", 500 * MB, MB);
              risk(549 * MB - t * MB, 60 * MB - t * MB);
            });
    assertTrue(outlook.oomSeconds().isEmpty());
  }

  @Test
  void severalMountsThatGrowAddUp() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs("/tmp", 50 * MB, t * MB);
              container.tmpfs("/run", 50 * MB, t * MB);
              risk(100 * MB - 2 * t * MB, 90 * MB - 2 * t * MB);
            });
    assertSeconds(5, outlook.oomSeconds());
  }

  @Test
  void whatElseTakesMemoryCountsWhereMostIsTmpfs() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs("/tmp", 128 * MB, t * MB);
              risk(128 * MB - t * MB, 90 * MB - 1.5 * t * MB);
            });
    assertSeconds(20, outlook.oomSeconds());
  }

  @Test
  void whereLittleIsTmpfsItsOwnGrowthIsTold() {
    OfContainer outlook =
        after(
            0,
            100,
            t -> {
              container.tmpfs("/tmp", 600 * MB, t * MB);
              risk(600 * MB - t * MB, 500 * MB - 4 * t * MB);
            });
    assertSeconds(100, outlook.oomSeconds());
  }

  @Test
  void withoutASizeOnlyTheKillIsForecast() {
    OfContainer outlook =
        after(
            0,
            40,
            t -> {
              container.tmpfs.add(
                  Reading.of(Simulated.tmpfs("/tmp", Limit.unlimited(), t * MB, false)));
              risk(Double.POSITIVE_INFINITY, 60 * MB - t * MB);
            });
    assertTrue(outlook.tmpfs().get(TMP).fullSeconds().isEmpty());
    assertSeconds(20, outlook.oomSeconds());
  }

  @Test
  void nothingIsSaidSooner() {
    OfContainer outlook =
        after(
            0,
            15,
            t -> {
              container.tmpfs("/tmp", 128 * MB, t * MB);
              risk(128 * MB - t * MB, 60 * MB - t * MB);
            });
    assertTrue(outlook.oomSeconds().isEmpty(), "45 s ahead after 15 s");
  }

  @Test
  void readOnlyMountsAndTheEnginesAreNotWatched() {
    OfContainer outlook =
        after(
            0,
            20,
            t -> {
              container.tmpfs.add(
                  Reading.of(Simulated.tmpfs("/ro", Limit.bytes(1 << 20), MB, true)));
              container.tmpfs.add(
                  Reading.of(Simulated.tmpfs("/sys/fs/cgroup", Limit.bytes(1 << 20), MB, false)));
              container.tmpfs.add(Reading.missing(Cause.STUCK, "stuck"));
            });
    assertEquals(0, outlook.tmpfs().size());
  }

  @Test
  void aRestartBeginsTheMemoryAnewAndNotTheLayer() {
    after(
        0,
        40,
        t -> {
          container.tmpfs("/tmp", 64 * MB, t * MB);
          container.layer(t * MB, Simulated.BEGIN.plusSeconds(t));
        });
    container.startedAt = Simulated.BEGIN.plusSeconds(41);
    OfContainer outlook =
        after(
            42,
            43,
            t -> {
              container.tmpfs("/tmp", 64 * MB, 0);
              container.layer(t * MB, Simulated.BEGIN.plusSeconds(t));
            });
    assertEquals(
        Reading.missing(Cause.PENDING, "measured 2 times, 4 are needed"),
        outlook.tmpfs().get(TMP).growth());
    assertEquals(Shape.GROWING, outlook.layer().optional().orElseThrow().shape());
  }

  /** Docker's files say so late: what was measured meanwhile is of both lives. */
  @Test
  void aRestartThatIsToldLateBeginsAnewAllTheSame() {
    after(0, 44, t -> container.tmpfs("/tmp", 64 * MB, t < 41 ? t * MB : 0));
    container.startedAt = Simulated.BEGIN.plusSeconds(41);
    OfContainer outlook = after(45, 45, _ -> container.tmpfs("/tmp", 64 * MB, 0));
    assertFalse(outlook.tmpfs().get(TMP).growth().isPresent());
  }

  @Test
  void aRestartWhileTheAgentWasAwayBeginsAnew() {
    after(0, 40, t -> container.tmpfs("/tmp", 64 * MB, t * MB));
    Outlooks next = new Outlooks(histories);
    container.startedAt = Simulated.BEGIN.plusSeconds(50);
    next.next(Simulated.host(60, List.of(), container), 60 * SECOND);
    assertEquals(1, histories.size());
    assertFalse(histories.growth(SeriesKey.tmpfs(container.id, TMP), 60 * SECOND).isPresent());
  }

  @Test
  void withoutARestartTheNextAgentGoesOn() {
    after(0, 40, t -> container.tmpfs("/tmp", 64 * MB, t * MB));
    Outlooks next = new Outlooks(histories);
    Outlook outlook = next.next(Simulated.host(41, List.of(), container), 41 * SECOND);
    assertSeconds(24, outlook.of(container.id).tmpfs().get(TMP).fullSeconds());
  }

  @Test
  void aLayersMeasurementCountsOnceAndWhenItWasTaken() {
    OfContainer outlook =
        after(
            0,
            300,
            t -> {
              int measured = t - t % 30;
              container.layer(100 * MB + measured * MB, Simulated.BEGIN.plusSeconds(measured));
            });
    var growth = outlook.layer().optional().orElseThrow();
    assertEquals(Shape.GROWING, growth.shape());
    assertEquals(MB, growth.bytesPerSecond(), 0.01 * MB);
    assertTrue(outlook.layerFullSeconds().isEmpty(), "no quota");
  }

  @Test
  void aLayerIsFullAtItsQuota() {
    OfContainer outlook =
        after(
            0,
            300,
            t -> {
              container.layer(100 * MB + t * MB, Simulated.BEGIN.plusSeconds(t));
              container.quota =
                  Reading.of(new LayerUsage.Quota((long) (700 * MB), OptionalLong.empty()));
            });
    assertSeconds(300, outlook.layerFullSeconds());
  }

  @Test
  void aFilesystemNamesWhoFillsIt() {
    Simulated slow = new Simulated(2);
    Simulated elsewhere = new Simulated(3);
    elsewhere.dataRoot = Path.of("/srv/other");
    Outlook outlook = Outlook.NONE;
    for (int t = 0; t <= 1200; t += 10) {
      filesystems.clear();
      filesystems.add(Simulated.filesystem("/", 50_000 * MB, 20_000 * MB - 4 * t * MB));
      filesystems.add(Simulated.filesystem("/srv/other", 50_000 * MB, 20_000 * MB));
      container.layer(3 * t * MB, Simulated.BEGIN.plusSeconds(t));
      slow.layer(0.5 * t * MB, Simulated.BEGIN.plusSeconds(t));
      elsewhere.layer(9 * t * MB, Simulated.BEGIN.plusSeconds(t));
      outlook = tick(t, container, slow, elsewhere);
    }
    OfFilesystem root = outlook.filesystems().get(KernelPath.of("/"));
    assertEquals(4 * MB, root.used().optional().orElseThrow().bytesPerSecond(), 0.1 * MB);
    assertEquals(
        List.of(container.id, slow.id), root.shares().stream().map(Share::containerId).toList());
    assertEquals(0.75, root.shares().getFirst().ratio(), 0.01);
    assertEquals(0.125, root.shares().getLast().ratio(), 0.01);
    assertEquals("c0001", root.shares().getFirst().container());
    assertSeconds(3800, root.fullSeconds());
    OfFilesystem other = outlook.filesystems().get(KernelPath.of("/srv/other"));
    assertEquals(Shape.FLAT, other.used().optional().orElseThrow().shape());
    assertEquals(List.of(), other.shares());
  }

  @Test
  void theFirstViewSaysThatItIsTheFirst() {
    OfContainer outlook = after(0, 0, _ -> container.tmpfs("/tmp", MB, 0));
    assertEquals(Reading.missing(Cause.PENDING, "not measured yet"), outlook.layer());
    assertEquals(
        Reading.missing(Cause.PENDING, "measured 1 times, 4 are needed"),
        outlook.tmpfs().get(TMP).growth());
  }

  @Test
  void aContainerThatIsGoneIsNotToldOf() {
    after(0, 20, t -> container.tmpfs("/tmp", 64 * MB, t * MB));
    assertEquals(0, tick(21).containers().size());
  }
}
