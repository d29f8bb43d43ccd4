package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cgroups a process is in: {@code /proc/<pid>/cgroup} (cgroups(7)).
 *
 * <pre>
 * 4:memory:/docker/5ae3…           hierarchy id, controllers parted by commas, path
 * 1:name=systemd:/docker/5ae3…
 * 0::/docker/5ae3…                 version 2: always 0, no controllers
 * </pre>
 *
 * <p>The path is everything behind the second colon and may hold colons itself. Read from within a
 * cgroup namespace it begins with {@code /..} where it lies outside of it. A process that is ending
 * shows {@code /} on version 1, but keeps its path on version 2.
 */
public record CgroupMembership(List<Entry> entries) {
  private static final String SOURCE = "cgroup membership";

  /** One line: membership in one hierarchy. */
  public record Entry(int hierarchy, List<String> controllers, KernelPath path) {
    public Entry {
      controllers = List.copyOf(controllers);
    }

    boolean isUnified() {
      return hierarchy == 0 && controllers.isEmpty();
    }
  }

  /** Which kinds of hierarchies the host has. */
  public enum Version {
    V1,
    V2,
    HYBRID
  }

  public CgroupMembership {
    entries = List.copyOf(entries);
  }

  /**
   * @throws Malformed for the first line that is none
   */
  public static CgroupMembership parse(byte[] text) throws Malformed {
    List<Entry> entries = new ArrayList<>();
    for (int from = 0; from < text.length; ) {
      int to = indexOf(text, '\n', from, text.length);
      entries.add(entry(text, from, to));
      from = to + 1;
    }
    return new CgroupMembership(entries);
  }

  private static Entry entry(byte[] text, int from, int to) throws Malformed {
    int first = indexOf(text, ':', from, to);
    int second = indexOf(text, ':', Math.min(first + 1, to), to);
    if (second == to || first == from || first - from > 9) {
      throw new Malformed(SOURCE, from, "hierarchy:controllers:path", text);
    }
    int hierarchy = 0;
    for (int i = from; i < first; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new Malformed(SOURCE, from, "a hierarchy's number", text);
      }
      hierarchy = hierarchy * 10 + digit;
    }
    String controllers = new String(text, first + 1, second - first - 1, StandardCharsets.UTF_8);
    return new Entry(
        hierarchy,
        controllers.isEmpty() ? List.of() : Arrays.asList(controllers.split(",", -1)),
        KernelPath.of(text, second + 1, to));
  }

  private static int indexOf(byte[] text, char wanted, int from, int to) {
    int at = from;
    while (at < to && text[at] != wanted) {
      at++;
    }
    return at;
  }

  public Version version() {
    boolean unified = entries.stream().anyMatch(Entry::isUnified);
    boolean others = entries.stream().anyMatch(entry -> !entry.isUnified());
    return unified ? (others ? Version.HYBRID : Version.V2) : Version.V1;
  }

  /** The path in the version 1 hierarchy that has this controller. */
  public Optional<KernelPath> v1Path(String controller) {
    return entries.stream()
        .filter(entry -> entry.controllers().contains(controller))
        .map(Entry::path)
        .findFirst();
  }

  /** The path in the version 2 hierarchy. */
  public Optional<KernelPath> v2Path() {
    return entries.stream().filter(Entry::isUnified).map(Entry::path).findFirst();
  }

  /** The container's 64 hex digits; empty where no path names one. */
  public Optional<String> containerId() {
    return byTrust().flatMap(path -> path.containerIds().stream()).findFirst();
  }

  /** What made the cgroup, by the shape of its path. */
  public ContainerCgroup.Kind kind() {
    return byTrust()
        .filter(path -> !path.containerIds().isEmpty())
        .findFirst()
        .or(() -> byTrust().filter(path -> path.kind() != ContainerCgroup.Kind.NONE).findFirst())
        .map(ContainerCgroup::kind)
        .orElse(ContainerCgroup.Kind.NONE);
  }

  /** Version 2 first: it is right for a process that is ending as well. */
  private Stream<ContainerCgroup> byTrust() {
    return entries.stream()
        .sorted(Comparator.comparing((Entry entry) -> !entry.isUnified()))
        .map(entry -> ContainerCgroup.of(entry.path()));
  }
}
