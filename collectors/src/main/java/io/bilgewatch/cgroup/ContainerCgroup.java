package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a cgroup's path says of the container that it belongs to:
 *
 * <pre>
 * /docker/&lt;id&gt;                                              Docker, cgroupfs driver
 * /system.slice/docker-&lt;id&gt;.scope                           Docker, systemd driver
 * /kubepods/burstable/pod&lt;uid&gt;/&lt;id&gt;                         Kubernetes, cgroupfs
 * /kubepods.slice/…/cri-containerd-&lt;id&gt;.scope               Kubernetes, systemd, containerd
 * /system.slice/containerd.service/…slice:cri-containerd:&lt;id&gt;
 * /kubepods.slice/…/crio-&lt;id&gt;.scope/container               CRI-O
 * /machine.slice/libpod-&lt;id&gt;.scope                          Podman
 * </pre>
 *
 * @param containerIds 64 hex digits each, outermost first: what is nested in a container may be
 *     named by that container
 */
public record ContainerCgroup(List<String> containerIds, Kind kind) {

  /** What made the cgroup. */
  public enum Kind {
    DOCKER,
    KUBERNETES,
    CONTAINERD,
    CRIO,
    PODMAN,
    LXC,
    NSPAWN,
    TALOS,
    /** A container by its id, of an unknown engine. */
    OTHER,
    /** No container. */
    NONE
  }

  private static final Pattern NAMED =
      Pattern.compile("(?:(?<engine>.+)[-:])?(?<id>[0-9a-f]{64})(?:\\.scope)?");
  private static final String DELETED = " (deleted)";

  public ContainerCgroup {
    containerIds = List.copyOf(containerIds);
  }

  public static ContainerCgroup of(KernelPath path) {
    // One char for each byte: a regular expression then can't be misled by broken UTF-8.
    String text = new String(path.bytes(), StandardCharsets.ISO_8859_1);
    String alive =
        text.endsWith(DELETED) ? text.substring(0, text.length() - DELETED.length()) : text;
    List<Matcher> named = Stream.of(alive.split("/")).flatMap(ContainerCgroup::named).toList();
    List<String> ids = named.stream().map(match -> match.group("id")).toList();
    return new ContainerCgroup(
        ids, named.isEmpty() ? withoutId(alive) : withId(alive, named.getFirst()));
  }

  /** The container, as the host's engine names it. */
  public Optional<String> containerId() {
    return containerIds.stream().findFirst();
  }

  private static Stream<Matcher> named(String component) {
    Matcher match = NAMED.matcher(component);
    if (!match.matches()) {
      return Stream.empty();
    }
    String engine = match.group("engine");
    // conmon watches a container from outside of it.
    boolean monitor = engine != null && engine.endsWith("conmon");
    return monitor ? Stream.empty() : Stream.of(match);
  }

  private static Kind withId(String path, Matcher match) {
    String engine = match.group("engine");
    if (engine == null) {
      return bareId(path);
    }
    return switch (engine.substring(engine.lastIndexOf(':') + 1)) {
      case "docker" -> Kind.DOCKER;
      case "crio" -> Kind.CRIO;
      case "libpod" -> Kind.PODMAN;
      case "cri-containerd", "containerd", "nerdctl" -> Kind.CONTAINERD;
      default -> Kind.OTHER;
    };
  }

  private static Kind bareId(String path) {
    if (path.contains("/kubepods")) {
      return Kind.KUBERNETES;
    }
    if (path.contains("/docker/")) {
      return Kind.DOCKER;
    }
    return path.contains("/libpod_parent/") ? Kind.PODMAN : Kind.OTHER;
  }

  private static Kind withoutId(String path) {
    if (path.startsWith("/lxc/") || path.startsWith("/lxc.payload")) {
      return Kind.LXC;
    }
    if (path.startsWith("/podruntime/")) {
      return Kind.TALOS;
    }
    return path.startsWith("/machine.slice/") ? Kind.NSPAWN : Kind.NONE;
  }
}
