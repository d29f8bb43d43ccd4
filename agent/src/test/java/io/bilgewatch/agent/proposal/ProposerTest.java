package io.bilgewatch.agent.proposal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.proposal.Proposal.Verdict;
import io.bilgewatch.agent.proposal.Remark.Kind;
import io.bilgewatch.agent.render.ProposalText;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.overlay.LayerEntry.Change;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.writes.ImageDirectory.Holds;
import io.bilgewatch.writes.PathRules;
import io.bilgewatch.writes.WrittenTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was written, told as a walk tells it, and what is proposed. */
class ProposerTest {
  private static final long MIB = 1 << 20;

  private final WrittenTree tree = new WrittenTree(PathRules.shipped());
  private final Map<String, Holds> image =
      new HashMap<>(
          Map.of("/etc", Holds.FILES, "/srv", Holds.FILES, "/var/lib/redis", Holds.FILES));
  private final List<WritableMount> mounted = new ArrayList<>();
  private final List<TmpfsUsage> tmpfs = new ArrayList<>();
  private final List<FailureCount> failures = new ArrayList<>();
  private OptionalLong headroom = OptionalLong.empty();
  private Optional<Mount.Owner> owner = Optional.empty();
  private Optional<String> incomplete = Optional.empty();
  private boolean running = true;
  private boolean sealed;

  @BeforeEach
  void begin() {
    tree.start();
  }

  @Test
  void whatWritesNothingIsReady() {
    assertEquals(Verdict.READY, propose().verdict());
    assertOptions();
  }

  @Test
  void whatMayBeLostIsATmpfsAndWhatMayNotAVolume() {
    file("/run", "nginx.pid", Change.CREATED, 4096);
    made("/var/cache", "nginx", MIB);
    made("/var/lib", "postgresql", 4096);
    assertEquals(Verdict.MOUNTS, propose().verdict());
    assertOptions(
        "--tmpfs=/run:size=1m,nosuid,nodev,noexec",
        "--tmpfs=/var/cache/nginx:size=16m,nosuid,nodev,noexec",
        "--mount=type=volume,source=web-var-lib-postgresql,target=/var/lib/postgresql");
  }

  @Test
  void aTmpfsHoldsFourTimesWhatWasSeen() {
    made("/var/cache", "app", 30 * MIB);
    headroom = OptionalLong.of(1_000 * MIB);
    assertOptions("--tmpfs=/var/cache/app:size=128m,nosuid,nodev,noexec");
  }

  @Test
  void whereMemoryIsNotKnownNobodyIsGenerous() {
    made("/var/cache", "app", 30 * MIB);
    assertOptions("--tmpfs=/var/cache/app:size=64m,nosuid,nodev,noexec");
    assertTrue(notes().contains("how much memory it has is not known"), notes());
  }

  @Test
  void whatTheImageHasIsNeverHidden() {
    file("/etc", "app.conf", Change.CREATED, 4096);
    file("/srv", "state", Change.MODIFIED, 4096);
    file("/opt", "list", Change.DELETED, 0);
    Proposal proposal = propose();
    assertEquals(Verdict.CHANGE, proposal.verdict());
    assertEquals(List.of(), proposal.mounts());
    assertEquals(List.of("/etc/app.conf", "/opt/list", "/srv/state"), paths(Kind.MUST));
  }

  /** A directory that nobody wrote to may be missed, one that was written to is mounted as well. */
  @Test
  void emptyDirectoriesOfTheImageAreMountsOfTheirOwn() {
    image.put("/run", Holds.DIRECTORIES);
    file("/run", "app.pid", Change.CREATED, 4096);
    file("/run/postgresql", ".s.PGSQL.5432.lock", Change.CREATED, 4096);
    made("/run", "mine", 4096);
    assertOptions(
        "--tmpfs=/run:size=1m,nosuid,nodev,noexec",
        "--tmpfs=/run/postgresql:size=1m,nosuid,nodev,noexec");
    assertTrue(notes().contains("/run: the mount hides empty directories"), notes());
  }

  @Test
  void dataOfTheImageIsCopiedIntoItsVolume() {
    file("/var/lib/redis", "dump.rdb", Change.MODIFIED, 4096);
    owner = Optional.of(new Mount.Owner(1000, 1000, 0755));
    assertOptions("--mount=type=volume,source=web-var-lib-redis,target=/var/lib/redis");
    assertEquals(List.of(), text().ownership());
  }

  @Test
  void aVolumeThatTheImageKnowsNothingOfIsGivenToTheUser() {
    made("/data", "store", 4096);
    image.put("/data", Holds.FILES);
    owner = Optional.of(new Mount.Owner(1000, 50, 0755));
    String command = text().ownership().getFirst();
    assertTrue(
        command.endsWith("source=web-data-store,target=/volume app:1 1000:50 /volume"), command);
    assertTrue(text().kubernetes().contains("fsGroup: 50"), text()::kubernetes);
  }

  /** A tmpfs is root's, with the mode of the directory that the image has there. */
  @Test
  void aTmpfsIsGivenToWhomTheDirectoryBelongs() {
    owner = Optional.of(new Mount.Owner(101, 102, 0700));
    file("/run/postgresql", "x.lock", Change.CREATED, 4096);
    image.put("/var/cache", Holds.DIRECTORIES);
    made("/var/cache", "app", 4096);
    assertOptions(
        "--tmpfs=/run/postgresql:size=1m,nosuid,nodev,noexec,uid=101,gid=102",
        "--tmpfs=/var/cache/app:size=16m,nosuid,nodev,noexec,mode=700,uid=101,gid=102");
  }

  @Test
  void aSettingTakesThePlaceOfAMountThatCanNotBe() {
    made("/srv", "__pycache__", 4096);
    image.put("/root", Holds.FILES);
    file("/root", ".node_state", Change.CREATED, 4096);
    assertOptions(
        "--tmpfs=/tmp:size=16m,nosuid,nodev,noexec",
        "--env=HOME=/tmp",
        "--env=PYTHONDONTWRITEBYTECODE=1");
    assertTrue(text().compose().contains("environment:\n  - \"HOME=/tmp\"\n"), text()::compose);
  }

  @Test
  void directoriesThatWereMadeInAnEmptyOneAreThatOne() {
    made("/var/lib/nginx", "body", 4096);
    made("/var/lib/nginx", "proxy", 4096);
    assertOptions("--tmpfs=/var/lib/nginx:size=16m,nosuid,nodev,noexec");
    image.put("/var/lib/nginx", Holds.DIRECTORIES);
    assertEquals(2, propose().mounts().size());
  }

  @Test
  void theNameOfATemporaryDirectoryIsAnotherNextTime() {
    made("/tmp", "upload-x7Rq", 4096);
    assertOptions("--tmpfs=/tmp:size=16m,nosuid,nodev,noexec");
  }

  @Test
  void programsThatAreWrittenMayRun() {
    enter("tmp", true);
    entry("helper", Change.CREATED, 4096, true);
    tree.leave();
    assertOptions("--tmpfs=/tmp:size=16m,nosuid,nodev,exec");
  }

  @Test
  void whatIsMountedAlreadyIsNotProposed() {
    mounted.add(new WritableMount(path("/run"), WritableMount.Kind.TMPFS, List.of()));
    tmpfs.add(usage("/run", new Limit.Bytes(MIB), true));
    file("/run", "x.pid", Change.CREATED, 4096);
    assertEquals(Verdict.READY, propose().verdict());
  }

  @Test
  void aTmpfsWithoutASizeGetsOne() {
    mounted.add(new WritableMount(path("/work"), WritableMount.Kind.TMPFS, List.of("noexec")));
    tmpfs.add(usage("/work", new Limit.Bytes(8L << 30), false));
    assertOptions("--tmpfs=/work:size=16m,nosuid,nodev,noexec");
  }

  /**
   * With 40 MiB in it: four times that, twice that or once, as a power of two, where what it may
   * still take is within three quarters of what memory has left.
   */
  @ParameterizedTest
  @CsvSource({"1000, 256", "289, 256", "287, 128", "118, 128", "117, 64", "33, 64", "0, 0"})
  void aTmpfsWithoutBoundsGetsASizeByWhatIsInItAndWhatMemoryHasLeft(long left, long size) {
    mounted.add(new WritableMount(path("/work"), WritableMount.Kind.TMPFS, List.of("noexec")));
    tmpfs.add(usage("/work", Limit.unlimited(), false).withUsedBytes(40 * MIB));
    headroom = OptionalLong.of(left * MIB);
    assertOptions(
        size == 0
            ? "--mount=type=volume,source=web-work,target=/work"
            : "--tmpfs=/work:size=%dm,nosuid,nodev,noexec".formatted(size));
    assertEquals(Verdict.MOUNTS, propose().verdict());
  }

  @Test
  void whatIsInATmpfsWithoutBoundsAndCanNotBeCountedIsSaid() {
    mounted.add(new WritableMount(path("/work"), WritableMount.Kind.TMPFS, List.of("noexec")));
    TmpfsUsage work = usage("/work", Limit.unlimited(), false);
    tmpfs.add(
        new TmpfsUsage(
            work.mountPoint(),
            work.device(),
            work.size(),
            OptionalLong.empty(),
            work.inodes(),
            work.inodesUsed(),
            false,
            false));
    Proposal proposal = propose();
    assertEquals(Verdict.UNKNOWN, proposal.verdict());
    assertTrue(
        proposal.remarks(Kind.UNKNOWN).getFirst().text().contains("does not count"),
        proposal::toString);
  }

  /** All of them, when they are full, take no more than three quarters of what memory has left. */
  @Test
  void noTmpfsMayReachTheMemoryLimit() {
    made("/tmp", "a", 20 * MIB);
    made("/var/cache", "b", 3 * MIB);
    tmpfs.add(usage("/dev/shm", new Limit.Bytes(64 * MIB), true));
    for (long left : new long[] {0, 1, 3, 8, 9, 40, 64, 100, 300, 1_000}) {
      headroom = OptionalLong.of(left * MIB);
      Proposal proposal = propose();
      long sum = proposal.mounts().stream().mapToLong(one -> one.size().orElse(0)).sum();
      assertTrue(4 * sum <= 3 * left * MIB, proposal::toString);
      assertEquals(2, proposal.mounts().size());
      assertEquals(Verdict.MOUNTS, proposal.verdict());
    }
  }

  @Test
  void whatIsFullAlreadyCountsAgainstTheMemory() {
    mounted.add(new WritableMount(path("/work"), WritableMount.Kind.TMPFS, List.of()));
    tmpfs.add(usage("/work", new Limit.Bytes(60 * MIB), true));
    made("/tmp", "a", MIB);
    headroom = OptionalLong.of(80 * MIB);
    assertOptions("--mount=type=volume,source=web-tmp,target=/tmp");
    assertTrue(notes().contains("has no room in the 80 MiB"), notes());
  }

  @Test
  void whatASealedContainerMissesIsProposed() {
    sealed = true;
    failed("/var/cache/app/x", WriteErrno.EROFS);
    failed("/var/cache/app/y", WriteErrno.EROFS);
    Proposal proposal = propose();
    assertEquals(Verdict.MOUNTS, proposal.verdict());
    assertOptions("--tmpfs=/var/cache/app:size=16m,nosuid,nodev,noexec");
    assertTrue(
        notes().contains("/var/cache/app/x: Python failed to write 3 times (EROFS)"), notes());
  }

  @Test
  void aDirectoryThatCouldNotBeMadeInTheRootIsMounted() {
    sealed = true;
    failed("/data", WriteErrno.EROFS);
    failed("/tmp", WriteErrno.EROFS);
    assertOptions(
        "--mount=type=volume,source=web-data,target=/data",
        "--tmpfs=/tmp:size=16m,nosuid,nodev,noexec");
  }

  /** A log may say anything. */
  @Test
  void aPathThatLeadsElsewhereIsNoPlaceForAMount() {
    sealed = true;
    failed("/nope/../usr/bin/x", WriteErrno.EROFS);
    failed("/usr/bin/", WriteErrno.EROFS);
    assertEquals(Verdict.UNKNOWN, propose().verdict());
    assertEquals(List.of(), propose().mounts());
  }

  @Test
  void aSettingDoesNotHideWhatTheImageHasInTmp() {
    image.put("/root", Holds.FILES);
    image.put("/tmp", Holds.FILES);
    file("/root", ".node_state", Change.CREATED, 4096);
    assertEquals(Verdict.CHANGE, propose().verdict());
    assertEquals(List.of(), propose().mounts());
  }

  @Test
  void aMountThatItsUserMayNotWriteMustChange() {
    sealed = true;
    mounted.add(new WritableMount(path("/data"), WritableMount.Kind.VOLUME, List.of()));
    failed("/data/x", WriteErrno.EACCES);
    assertEquals(Verdict.CHANGE, propose().verdict());
    assertEquals(List.of("/data/x"), paths(Kind.MUST));
  }

  @Test
  void whatIsNotKnownIsNotCalledReady() {
    incomplete = Optional.of("too deep");
    assertEquals(Verdict.UNKNOWN, propose().verdict());
  }

  @Test
  void whatAMountWouldHideMustBeKnown() {
    running = false;
    file("/run", "x.pid", Change.CREATED, 4096);
    assertEquals(Verdict.UNKNOWN, propose().verdict());
    assertEquals(List.of(), propose().mounts());
  }

  @Test
  void whatCameAndWentWantsAPlaceAgain() {
    close(open("/var/tmp"));
    close(open("/srv"));
    assertOptions("--tmpfs=/var/tmp:size=16m,nosuid,nodev,noexec");
    assertEquals(Verdict.UNKNOWN, propose().verdict());
    assertEquals(List.of("/srv"), paths(Kind.UNKNOWN));
  }

  @Test
  void hostileNamesStayWhatTheyAre() {
    image.put("/cache", Holds.DIRECTORIES);
    made("/cache", "a b'\"\n$(id)", 4096);
    made("/cache", "c:rw,exec", 4096);
    made("/cache", "d' $(id)", 4096);
    assertEquals(Verdict.CHANGE, propose().verdict());
    assertEquals(2, paths(Kind.MUST).size(), propose()::toString);
    assertOptions("'--tmpfs=/cache/d'\\'' $(id):size=16m,nosuid,nodev,noexec'");
    assertEquals(
        "read_only: true\ntmpfs:\n  - \"/cache/d' $$(id):size=16m,nosuid,nodev,noexec\"\n",
        text().compose());
  }

  @Test
  void namesThatAreAlikeAreToldApart() {
    image.put("/data", Holds.DIRECTORIES);
    made("/data", "a_b", 4096);
    made("/data", "a-b", 4096);
    assertOptions(
        "--mount=type=volume,source=web-data-a-b,target=/data/a-b",
        "--mount=type=volume,source=web-data-a-b-2,target=/data/a_b");
  }

  @Test
  void whoWritesEverywhereIsToldToWriteSomewhere() {
    image.put("/data", Holds.DIRECTORIES);
    for (int i = 0; i <= Proposer.MOST_MOUNTS; i++) {
      made("/data", "d" + i, 4096);
    }
    assertEquals(Verdict.CHANGE, propose().verdict());
    assertEquals(List.of(), propose().mounts());
  }

  private void assertOptions(String... behindReadOnly) {
    List<String> expected = new ArrayList<>(List.of("--read-only"));
    expected.addAll(List.of(behindReadOnly));
    assertEquals(expected, text().dockerRun(), propose()::toString);
  }

  private ProposalText text() {
    return new ProposalText("web", "app:1", propose());
  }

  private String notes() {
    return String.join("\n", text().remarks(Kind.NOTE));
  }

  private List<String> paths(Kind kind) {
    return propose().remarks(kind).stream().map(remark -> remark.path().toString()).toList();
  }

  private Proposal propose() {
    tree.end();
    return Proposer.of(
        new Seen(
            sealed,
            incomplete,
            tree.places(),
            failures,
            mounted,
            tmpfs,
            path ->
                running
                    ? Reading.of(image.getOrDefault(path.toString(), Holds.NOTHING))
                    : Reading.notApplicable("it does not run"),
            headroom,
            _ -> owner));
  }

  private void failed(String path, WriteErrno errno) {
    failures.add(
        new FailureCount(
            new WriteFailure(Optional.of(errno), Optional.of(path), "Python", "python"),
            3,
            Instant.ofEpochSecond(1)));
  }

  private static TmpfsUsage usage(String path, Limit size, boolean bounded) {
    return new TmpfsUsage(
        path(path),
        "0:" + path.hashCode(),
        size,
        OptionalLong.of(0),
        OptionalLong.empty(),
        OptionalLong.empty(),
        bounded,
        false);
  }

  private static KernelPath path(String text) {
    return KernelPath.of(text);
  }

  /** A file in a directory of the image. */
  private void file(String directory, String name, Change change, long bytes) {
    int depth = open(directory);
    entry(name, change, bytes, false);
    close(depth);
  }

  /** A directory that the container made, with a file. */
  private void made(String parent, String name, long bytes) {
    int depth = open(parent);
    enter(name, false);
    entry("x", Change.CREATED, bytes, false);
    close(depth + 1);
  }

  private int open(String directory) {
    String[] names = directory.substring(1).split("/", -1);
    for (String name : names) {
      enter(name, true);
    }
    return names.length;
  }

  private void close(int depth) {
    for (int i = 0; i < depth; i++) {
      tree.leave();
    }
  }

  private void enter(String name, boolean ofTheImage) {
    tree.enter(name.getBytes(UTF_8), ofTheImage, 1);
  }

  private void entry(String name, Change change, long bytes, boolean executable) {
    tree.entry(
        name.getBytes(UTF_8),
        new LayerEntry(change, LayerEntry.Type.FILE, bytes, 1, executable, 0, 0));
  }
}
