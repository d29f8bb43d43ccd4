package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.Made;
import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.contract.Observed.Failure;
import io.bilgewatch.agent.view.Contracts.State;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WritableMount.Kind;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.writes.Changes;
import io.bilgewatch.writes.PathRule;
import io.bilgewatch.writes.PathRule.Advice;
import io.bilgewatch.writes.WrittenPlace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final long MIB = 1 << 20;
  private static final List<String> SEALED = List.of("rw", "nosuid", "nodev", "noexec", "relatime");

  private static final PathRule OTHER =
      new PathRule(
          "other",
          "other",
          Optional.empty(),
          Optional.empty(),
          Advice.ASK,
          "",
          Map.of(),
          16,
          false);

  private String contract =
      """
      contract: 1
      name: web
      applies-to: {image: "*"}
      root: read-only
      user: non-root
      writable:
        - {path: /run, kind: tmpfs, size: 1MiB, options: [nosuid, nodev, noexec], why: PID file}
        - {path: /data, kind: volume, why: uploads}
      never-writable: [/etc]
      """;

  private boolean running = true;
  private Reading<Boolean> readOnly = Reading.of(true);
  private int uid = 101;
  private final List<WritableMount> mounts =
      new ArrayList<>(
          List.of(
              mount("/dev", Kind.TMPFS),
              mount("/dev/shm", Kind.TMPFS),
              mount("/etc/hosts", Kind.BIND),
              mount("/etc/hostname", Kind.BIND),
              mount("/etc/resolv.conf", Kind.BIND),
              mount("/run", Kind.TMPFS),
              mount("/data", Kind.VOLUME)));
  private final List<Reading<TmpfsUsage>> tmpfs =
      new ArrayList<>(List.of(tmpfs("/run", MIB, true), tmpfs("/dev/shm", 64 * MIB, true)));
  private Reading<Boolean> volumes = Reading.of(true);
  private final List<WrittenPlace> places = new ArrayList<>();
  private Optional<Shortfall> shortfall = Optional.empty();
  private final List<Failure> failures = new ArrayList<>();
  private String asked = "\"/data\":{\"Destination\":\"/data\",\"RW\":true,\"Type\":\"volume\"}";

  @Test
  void aSealedContainerKeepsItAndWhatDockerMountsIsNobodysBusiness() {
    // Mount points that the image does not have are made in the layer.
    places.add(place("/data", Optional.empty(), 0, Instant.EPOCH));
    assertEquals(State.KEPT, verdict().state(), () -> verdict().toString());
  }

  @Test
  void eachBreakageHasItsRule() {
    readOnly = Reading.of(false);
    uid = 0;
    mounts.removeIf(mount -> mount.path().toString().equals("/data"));
    mounts.add(mount("/opt", Kind.VOLUME));
    assertEquals(
        List.of("root_writable", "root_user", "mount_missing /data", "mount_undeclared /opt"),
        rules());
  }

  @Test
  void boundsAndOptionsOfTmpfs() {
    replace("/run", new WritableMount(KernelPath.of("/run"), Kind.TMPFS, List.of("rw", "nosuid")));
    tmpfs.set(0, tmpfs("/run", 2 * MIB, true));
    assertEquals(List.of("tmpfs_larger /run", "option_missing /run"), rules());
    assertEquals("nodev,noexec", verdict().violations().get(1).declared());
    tmpfs.set(0, tmpfs("/run", 8192 * MIB, false));
    assertEquals(List.of("tmpfs_unbounded /run", "option_missing /run"), rules());
  }

  @Test
  void aSizeIsRoundedUpToPages() {
    contract = contract.replace("1MiB", "1000000");
    tmpfs.set(0, tmpfs("/run", 1_003_520, true));
    assertEquals(State.KEPT, verdict().state());
    tmpfs.set(0, tmpfs("/run", 1_007_616, true));
    assertEquals(List.of("tmpfs_larger /run"), rules());
  }

  @Test
  void sharedMemoryNeedNotBeDeclaredAndIsHeldToWhatDockerGivesIt() {
    tmpfs.set(1, tmpfs("/dev/shm", 256 * MIB, true));
    assertEquals(List.of("tmpfs_larger /dev/shm"), rules());
    contract =
        contract.replace(
            "\nwritable:\n",
            "\nwritable:\n  - {path: /dev/shm, kind: tmpfs, size: 256MiB, why: x}\n");
    assertEquals(State.KEPT, verdict().state());
  }

  /** As by {@code --volumes-from}; what is read of it names one of its paths. */
  @Test
  void aTmpfsAtTwoPathsIsHeldToBothSizes() {
    contract =
        contract.replace(
            "\nwritable:\n",
            "\nwritable:\n  - {path: /shared, kind: tmpfs, size: 512KiB, why: sockets}\n");
    replace("/run", new WritableMount(KernelPath.of("/run"), Kind.TMPFS, SEALED, "0:71"));
    mounts.add(new WritableMount(KernelPath.of("/shared"), Kind.TMPFS, SEALED, "0:71"));
    tmpfs.set(0, tmpfs("/run", "0:71", MIB, true));
    assertEquals(List.of("tmpfs_larger /shared"), rules());
    assertEquals(List.of(), verdict().notKnown());
    tmpfs.set(0, tmpfs("/run", "0:71", MIB / 2, true));
    assertEquals(State.KEPT, verdict().state());
  }

  @Test
  void anotherKindIsNotTheDeclaredOne() {
    replace("/data", mount("/data", Kind.BIND));
    assertEquals(List.of("mount_kind /data"), rules());
  }

  @Test
  void hostsThatSomebodyMountedIsHisOwn() {
    asked += ",\"/etc/hosts\":{\"Destination\":\"/etc/hosts\",\"RW\":true,\"Type\":\"bind\"}";
    assertEquals(List.of("mount_undeclared /etc/hosts", "never_writable /etc"), rules());
  }

  @Test
  void whatTheLayerHoldsOutsideIsAWrite() {
    places.add(place("/srv", Optional.empty(), 4096, Instant.now()));
    places.add(place("/etc/motd", Optional.of(LayerEntry.Type.FILE), 4096, Instant.now()));
    places.add(place("/run/old", Optional.of(LayerEntry.Type.FILE), 4096, Instant.now()));
    assertEquals(
        List.of("write_undeclared /srv", "write_undeclared /etc/motd", "never_writable /etc"),
        rules());
    places.clear();
    places.add(place("/empty", Optional.empty(), 0, Instant.EPOCH));
    assertEquals(List.of("write_undeclared /empty"), rules());
  }

  @Test
  void aServiceOnItsWayDeclaresPlacesOfItsLayer() {
    readOnly = Reading.of(false);
    contract =
        contract
            .replace("root: read-only", "root: writable")
            .replace("writable:\n", "writable:\n  - {path: /var/log, kind: layer, why: logs}\n");
    places.add(place("/var/log/app.log", Optional.of(LayerEntry.Type.FILE), 1, Instant.now()));
    assertEquals(State.KEPT, verdict().state(), () -> verdict().toString());
    places.add(place("/var/lib/x", Optional.of(LayerEntry.Type.FILE), 1, Instant.now()));
    assertEquals(List.of("write_undeclared /var/lib/x"), rules());
  }

  /** Who may write to a directory may make those that lead to it, and put nothing in them. */
  @Test
  void directoriesThatLeadToADeclaredOneMayBeMade() {
    contract =
        contract
            .replace("root: read-only", "root: writable")
            .replace("writable:\n", "writable:\n  - {path: /srv/a/cache, kind: layer, why: it}\n");
    places.add(place("/srv/a", Optional.empty(), 0, Instant.EPOCH));
    places.add(place("/srv/a/cache", Optional.empty(), 4096, Instant.now()));
    assertEquals(State.KEPT, verdict().state(), () -> verdict().toString());
    places.add(place("/srv/b", Optional.empty(), 0, Instant.EPOCH));
    places.add(place("/srv/a/other", Optional.empty(), 4096, Instant.now()));
    places.add(place("/srv/a/x", Optional.of(LayerEntry.Type.FILE), 0, Instant.EPOCH));
    assertEquals(
        List.of(
            "write_undeclared /srv/b",
            "write_undeclared /srv/a/other",
            "write_undeclared /srv/a/x"),
        rules());
    places.clear();
    places.add(place("/srv", Optional.empty(), 4096, Instant.now()));
    assertEquals(List.of("write_undeclared /srv"), rules());
  }

  @Test
  void aMountInOneThatIsNeverToBeWritable() {
    mounts.add(mount("/etc/app", Kind.TMPFS));
    assertEquals(List.of("mount_undeclared /etc/app", "never_writable /etc"), rules());
  }

  @Test
  void aDeclaredPathThatFails() {
    failures.add(new Failure(KernelPath.of("/run/app.pid"), "ENOSPC"));
    failures.add(new Failure(KernelPath.of("/srv/x"), "EROFS"));
    assertEquals(List.of("write_failed /run"), rules());
    failures.clear();
    volumes = Reading.of(false);
    assertEquals(List.of("write_failed /data"), rules());
  }

  @Test
  void whatCanNotBeReadIsNeverKept() {
    volumes = Reading.missing(Cause.NOT_PERMITTED, "no CAP_SYS_PTRACE");
    assertEquals(State.UNKNOWN, verdict().state());
    volumes = Reading.of(true);
    readOnly = Reading.missing(Cause.NOT_PERMITTED, "no");
    assertEquals("root", verdict().notKnown().getFirst().what());
    readOnly = Reading.of(true);
    tmpfs.set(0, Reading.missing(Cause.STUCK, "statfs"));
    assertEquals("size of /run", verdict().notKnown().getFirst().what());
    tmpfs.set(0, tmpfs("/run", MIB, true));
    shortfall = Optional.of(Shortfall.TOO_DEEP);
    assertEquals(State.UNKNOWN, verdict().state());
    places.add(place("/srv", Optional.empty(), 4096, Instant.now()));
    assertEquals(State.VIOLATED, verdict().state());
    running = false;
    assertEquals(State.NOT_RUNNING, verdict().state());
  }

  @Test
  void whatAContainerChoosesIsBounded() {
    for (int i = 0; i < 1000; i++) {
      places.add(place("/x" + i, Optional.of(LayerEntry.Type.FILE), 1, Instant.now()));
      mounts.add(mount("/m" + i, Kind.TMPFS));
    }
    assertEquals(2 * Comparison.MOST_PATHS, verdict().violations().size());
  }

  private Verdict verdict() {
    try {
      Contract read = ContractFile.parse("web.yml", contract);
      var container =
          Made.container(
              Path.of("/d"), true, "\"MountPoints\":{" + asked + "}", Reading.notApplicable("-"));
      assertTrue(read.appliesTo().fits(container.state()));
      LayerUsage usage = MadeView.layerOf(0, Instant.EPOCH);
      return Comparison.of(
          read,
          new Observed(
              container.state(),
              running,
              readOnly,
              Reading.of(new ProcessUser(uid, OptionalInt.of(uid))),
              Reading.of(mounts),
              Reading.of(tmpfs),
              volumes,
              Reading.of(new WrittenLayer(places, usage, shortfall)),
              failures));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> rules() {
    return verdict().violations().stream()
        .map(one -> (one.rule().label() + " " + one.path()).strip())
        .toList();
  }

  private void replace(String path, WritableMount by) {
    mounts.replaceAll(mount -> mount.path().toString().equals(path) ? by : mount);
  }

  private static WritableMount mount(String path, Kind kind) {
    return new WritableMount(KernelPath.of(path), kind, SEALED);
  }

  private static Reading<TmpfsUsage> tmpfs(String path, long size, boolean bounded) {
    return tmpfs(path, "0:1", size, bounded);
  }

  private static Reading<TmpfsUsage> tmpfs(String path, String device, long size, boolean bounded) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of(path),
            device,
            new Limit.Bytes(size),
            OptionalLong.of(0),
            OptionalLong.empty(),
            OptionalLong.empty(),
            bounded,
            false));
  }

  private static WrittenPlace place(
      String path, Optional<LayerEntry.Type> type, long bytes, Instant last) {
    return new WrittenPlace(
        KernelPath.of(path), type, false, new Changes(1, 0, 0, bytes, 0, 0, last), OTHER);
  }
}
