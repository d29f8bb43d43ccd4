package io.bilgewatch.agent.event;

import io.bilgewatch.docker.Container;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The one container to which a security label can belong; none where there are two.
 *
 * <pre>
 * system_u:system_r:container_t:s0:c104,c560      user, role, type, sensitivity, categories
 * </pre>
 *
 * <p>Docker gives each container two categories of its own, but libvirt draws from the same ones
 * for its machines: so the type has to be the same as well.
 */
final class SecurityLabels {
  private static final int TYPE = 2;
  private static final int LEVEL = 3;
  private static final int PARTS = 5;

  /** Loaded by engines for all containers, those included that no inventory here lists. */
  private static final Set<String> SHARED_PROFILES =
      Set.of("docker-default", "cri-containerd.apparmor.d", "crio-default", "unconfined");

  private static final String PODMANS = "containers-default-";

  private SecurityLabels() {}

  static Optional<Container> bySelinux(String context, Collection<Container> containers) {
    Optional<Set<String>> wanted = compartment(context);
    return wanted.isEmpty()
        ? Optional.empty()
        : only(containers, c -> compartment(c.state().processLabel()).equals(wanted));
  }

  /** Type, sensitivity and categories; empty without categories, and for a range of levels. */
  private static Optional<Set<String>> compartment(String context) {
    List<String> parts = List.of(context.split(":", -1));
    if (parts.size() != PARTS || parts.getLast().isEmpty() || context.contains("-")) {
      return Optional.empty();
    }
    Set<String> compartment = new TreeSet<>(List.of(parts.getLast().split(",", -1)));
    compartment.add("type " + parts.get(TYPE));
    compartment.add("level " + parts.get(LEVEL));
    return Optional.of(compartment);
  }

  static Optional<Container> byAppArmor(String profile, Collection<Container> containers) {
    String own = withoutChild(profile);
    boolean shared = own.isEmpty() || SHARED_PROFILES.contains(own) || own.startsWith(PODMANS);
    return shared
        ? Optional.empty()
        : only(containers, c -> c.state().appArmorProfile().equals(own));
  }

  /** A program in a profile may run in a child of it: {@code shop//null-/bin/sh}. */
  private static String withoutChild(String profile) {
    int child = profile.indexOf("//");
    return child < 0 ? profile : profile.substring(0, child);
  }

  private static Optional<Container> only(
      Collection<Container> containers, Predicate<Container> wanted) {
    Stream<Container> found = containers.stream().filter(wanted).limit(2);
    List<Container> few = found.toList();
    return few.size() == 1 ? Optional.of(few.getFirst()) : Optional.empty();
  }
}
