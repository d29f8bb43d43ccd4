package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.Severity;
import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.TmpfsSpace;
import io.bilgewatch.agent.web.page.StatusPage.Collector;
import io.bilgewatch.agent.web.page.StatusPage.Disk;
import io.bilgewatch.agent.web.page.StatusPage.Happening;
import io.bilgewatch.agent.web.page.StatusPage.Health;
import io.bilgewatch.agent.web.page.StatusPage.Warning;
import io.bilgewatch.agent.web.page.StatusPage.Whose;
import io.bilgewatch.agent.web.page.Vessel.Named;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.BackingFilesystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Pages with containers in every condition. */
final class Fleets {
  static final long MIB = 1 << 20;
  static final long GIB = 1 << 30;

  private static final String[] TRADES = {"web", "cache", "queue", "billing-worker", "search"};

  private Fleets() {}

  /** A container in sound condition, of which a test changes what it is about. */
  static final class Made {
    String name = "web";
    String id = "0123456789abcdef";
    String state = "running";
    boolean running = true;
    Reading<Boolean> sealed = Reading.of(false);
    Reading<Long> layer = Reading.of(84 * MIB);
    OptionalLong changes = OptionalLong.of(12);
    Reading<Vessel.Room> room = Reading.of(new Vessel.Room(40 * GIB, OptionalLong.empty()));
    Reading<Growth> growth = Reading.of(new Growth(Growth.Shape.FLAT, 0, Duration.ofHours(1)));
    OptionalDouble full = OptionalDouble.empty();
    Reading<TmpfsSpace> tmpfs = Reading.of(new TmpfsSpace(32 * MIB, 256 * MIB, true));
    Reading<TmpfsRisk> risk = Reading.of(new TmpfsRisk(224 * MIB, 900 * MIB));
    OptionalDouble oom = OptionalDouble.empty();
    Reading<Long> memory = Reading.of(48 * MIB);
    Reading<Limit> limit = Reading.of(Limit.bytes(96 * MIB));
    Standing contract = new Standing.None();
    final List<String> unread = new ArrayList<>();
    final List<Warning> warnings = new ArrayList<>();
    Optional<Happening> last = Optional.empty();

    Made(String name) {
      this.name = name;
    }

    Vessel vessel() {
      return new Vessel(
          new Named(name, id, "/containers/" + name),
          "registry.example/team/" + name + ":1.4",
          state,
          running,
          sealed,
          new Vessel.Layer(layer, changes, room, growth, full),
          new Vessel.Tmpfs(tmpfs, risk, oom.isPresent() ? 2.0 * MIB : 0, oom, oom),
          memory,
          limit,
          new Vessel.Checks(9, 12),
          contract,
          unread,
          warnings,
          last);
    }
  }

  static Warning warning(String name, Severity severity, String container) {
    return new Warning(
        name + "-" + container,
        name,
        severity,
        true,
        Duration.ofSeconds(12),
        container + ": /cache grows 2.0 MiB/s; OOM kill in about 40s",
        "Give it a size.",
        Optional.of(new Whose(container, Optional.of("/containers/" + container))));
  }

  static Happening kill(String whose) {
    return new Happening(
        Duration.ofSeconds(12),
        new Whose(whose, Optional.of("/containers/" + whose)),
        "OOM kill",
        Health.BAD,
        "OOM kill of dd (pid 4711): tmpfs held most of the memory, /scratch above all",
        17,
        false);
  }

  static Vessel sinking() {
    Made made = new Made("risky");
    made.tmpfs = Reading.of(new TmpfsSpace(200 * MIB, 256 * MIB, true));
    made.risk = Reading.of(new TmpfsRisk(56 * MIB, 14 * MIB));
    made.oom = OptionalDouble.of(40);
    made.warnings.add(warning("TmpfsOomImminent", Severity.CRITICAL, "risky"));
    made.last = Optional.of(kill("risky"));
    return made.vessel();
  }

  static Vessel growing() {
    Made made = new Made("grower");
    made.id = "1123456789abcdef";
    made.layer = Reading.of(900 * MIB);
    made.growth = Reading.of(new Growth(Growth.Shape.GROWING, MIB, Duration.ofMinutes(30)));
    made.full = OptionalDouble.of(11 * 3600);
    made.warnings.add(warning("WritableLayerGrowing", Severity.WARNING, "grower"));
    return made.vessel();
  }

  static Vessel sealed() {
    Made made = new Made("sealed");
    made.id = "2123456789abcdef";
    made.sealed = Reading.of(true);
    made.layer = Reading.of(4096L);
    made.contract = new Standing.Kept();
    return made.vessel();
  }

  static Vessel hidden() {
    Made made = new Made("hidden");
    made.id = "ffffffffffffffff";
    made.sealed = Reading.missing(Cause.PENDING, "not measured yet");
    made.layer = Reading.missing(Cause.NOT_PERMITTED, "permission denied: upper");
    made.tmpfs = Reading.notApplicable("no tmpfs here");
    made.risk = Reading.notApplicable("no tmpfs here");
    made.limit = Reading.missing(Cause.MALFORMED, "memory.max");
    made.unread.add("layer: permission denied: upper");
    return made.vessel();
  }

  static Vessel asleep() {
    Made made = new Made("sleeper");
    made.id = "3123456789abcdef";
    made.state = "stopped";
    made.running = false;
    made.sealed = Reading.notApplicable("it does not run");
    made.tmpfs = Reading.notApplicable("it does not run");
    made.risk = Reading.notApplicable("it does not run");
    made.memory = Reading.notApplicable("it does not run");
    made.limit = Reading.notApplicable("it does not run");
    return made.vessel();
  }

  static List<Vessel> five() {
    return List.of(asleep(), sealed(), sinking(), growing(), hidden());
  }

  /** So many, most of them well. */
  static List<Vessel> many(int count) {
    return IntStream.range(0, count).mapToObj(Fleets::numbered).toList();
  }

  private static Vessel numbered(int number) {
    Made made = new Made(TRADES[number % TRADES.length] + "-" + number);
    made.id = "%064x".formatted((0x1234_5678_9abcL * (number + 1)) << 12);
    made.sealed = Reading.of(number % 3 == 0);
    made.layer = Reading.of((number * 7919L % 2000) * MIB / 3);
    made.changes = OptionalLong.of(number % 7 * 11L);
    made.tmpfs = Reading.of(new TmpfsSpace(number * 31L % 256 * MIB, 256 * MIB, true));
    made.memory = Reading.of((20 + number * 17L % 400) * MIB);
    made.limit = number % 4 == 0 ? Reading.of(Limit.unlimited()) : Reading.of(Limit.bytes(GIB));
    if (number % 37 == 5) {
      made.warnings.add(warning("WritableLayerGrowing", Severity.WARNING, made.name));
      made.growth = Reading.of(new Growth(Growth.Shape.LEAK, 40_000, Duration.ofHours(3)));
    }
    return made.vessel();
  }

  static StatusPage page(List<Vessel> vessels) {
    return new StatusPage(
        "0.1.0",
        Duration.ofHours(76),
        Optional.of(Duration.ofSeconds(2)),
        Optional.empty(),
        Optional.of(vessels.stream().flatMap(one -> one.warnings().stream()).limit(50).toList()),
        vessels,
        List.of(disk()),
        List.of(kill("risky")),
        List.of(
            new Collector(
                "inventory", Health.GOOD, "collected", Optional.of(Duration.ofSeconds(2))),
            new Collector("layers", Health.BAD, "failed: EIO", Optional.empty()),
            new Collector(
                "kernel log",
                Health.LIMITED,
                "unsupported: needs CAP_SYSLOG",
                Optional.of(Duration.ofMinutes(61)))));
  }

  private static Disk disk() {
    return new Disk(
        new BackingFilesystem(
            KernelPath.of("/srv/docker"),
            "/dev/vdb",
            "ext4",
            200 * GIB,
            18 * GIB,
            OptionalLong.of(13_000_000),
            OptionalLong.of(900_000)),
        new Outlook.OfFilesystem(
            Reading.of(new Growth(Growth.Shape.GROWING, MIB, Duration.ofHours(2))),
            OptionalDouble.of(5 * 3600),
            List.of(new Outlook.Share("grower", "1123456789abcdef", MIB, 0.96))));
  }
}
