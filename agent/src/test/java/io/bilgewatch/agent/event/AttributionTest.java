package io.bilgewatch.agent.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bilgewatch.agent.event.Attributed.How;
import io.bilgewatch.agent.event.Attributed.ToContainer;
import io.bilgewatch.agent.event.Attributed.ToHost;
import io.bilgewatch.agent.event.Attributed.ToUnlisted;
import io.bilgewatch.agent.event.Attributed.Unattributed;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.process.ProcessOwner;
import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.process.ProcessOwner.Unknown;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributionTest {
  private static final Instant WHEN = Instant.parse("2026-11-20T10:00:00Z");
  private static final String SHOP = "5a".repeat(32);
  private static final String MAIL = "6b".repeat(32);
  private static final String SHOPS_LABEL = "system_u:system_r:container_t:s0:c12,c340";
  private static final Attributed BY_FORK = new ToContainer(SHOP, "shop", How.FORK_CACHE);

  private final Map<Integer, ProcessOwner> forks = new HashMap<>();
  private final Map<Integer, ProcessOwner> proc = new HashMap<>();
  private List<Container> containers =
      List.of(
          container(SHOP, "shop", SHOPS_LABEL, "shop-profile"),
          container(MAIL, "mail", "system_u:system_r:container_t:s0:c7,c340", "docker-default"));

  private final Attribution attribution =
      new Attribution(source(forks), source(proc), () -> containers);

  private static OwnerSource source(Map<Integer, ProcessOwner> owners) {
    return (pid, when) -> owners.getOrDefault(pid, new Unknown("gone"));
  }

  private static Container container(String id, String name, String label, String profile) {
    String json =
        """
        {"ID":"%s","Name":"/%s","ProcessLabel":"%s","AppArmorProfile":"%s","State":{"Pid":1}}
        """
            .formatted(id, name, label, profile);
    Path directory = Path.of("/data/containers", id);
    try {
      return new Container(
          DockerJson.containerState("made", json.getBytes(UTF_8)),
          Reading.notApplicable("made"),
          Path.of("/data"),
          directory);
    } catch (Malformed e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private Attributed process(int pid) {
    return attribution.attribute(Clue.ofProcess(pid, WHEN));
  }

  private Attributed selinux(String context) {
    return attribution.attribute(
        new Clue(OptionalInt.empty(), WHEN, Optional.of(context), Optional.empty()));
  }

  private Attributed appArmor(String profile) {
    return attribution.attribute(
        new Clue(OptionalInt.of(9), WHEN, Optional.empty(), Optional.of(profile)));
  }

  @Test
  void theForkCacheComesFirst() {
    forks.put(10, new OfContainer(SHOP));
    proc.put(10, new OfContainer(MAIL));
    assertEquals(BY_FORK, process(10));
  }

  @Test
  void thenTheCgroups() {
    proc.put(10, new OfContainer(MAIL));
    assertEquals(new ToContainer(MAIL, "mail", How.CGROUP), process(10));
    proc.put(10, ProcessOwner.HOST);
    assertEquals(new ToHost(), process(10));
  }

  @Test
  void whoWasTheHostsAtItsExecMayHaveBeenMovedSince() {
    forks.put(10, ProcessOwner.HOST);
    proc.put(10, new OfContainer(SHOP));
    assertEquals(new ToContainer(SHOP, "shop", How.CGROUP), process(10));
    proc.clear();
    assertEquals(new ToHost(), process(10));
  }

  @Test
  void whomNobodyKnowsIsNotGuessed() {
    assertEquals(new Unattributed("gone"), process(10));
    Clue nothing = new Clue(OptionalInt.empty(), WHEN, Optional.empty(), Optional.empty());
    assertInstanceOf(Unattributed.class, attribution.attribute(nothing));
  }

  @Test
  void theSelinuxCompartmentOfOneContainer() {
    Attributed shop = new ToContainer(SHOP, "shop", How.SELINUX_LEVEL);
    assertEquals(shop, selinux(SHOPS_LABEL));
    assertEquals(shop, selinux("system_u:system_r:container_t:s0:c340,c12"), "in any order");
    containers = List.of(containers.get(0), container(MAIL, "mail", SHOPS_LABEL, ""));
    assertInstanceOf(Unattributed.class, selinux(SHOPS_LABEL), "two have it");
  }

  @ParameterizedTest
  @CsvSource({
    "'system_u:system_r:svirt_t:s0:c12,c340', a virtual machine's of the same categories",
    "'system_u:system_r:container_t:s0:c12,c341', another's categories",
    "'system_u:system_r:container_t:s0:c12', fewer",
    "'system_u:system_r:container_t:s0', none",
    "'system_u:system_r:container_t:s0:', none at all",
    "'system_u:system_r:container_t:s0-s0:c12,c340', a range",
    "'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023', a person's",
    "'', nothing",
    "'::::', nothing either",
  })
  void contextsOfNoContainer(String context, String why) {
    assertInstanceOf(Unattributed.class, selinux(context), why);
  }

  @Test
  void containersWithoutALabelAreNotFoundByOne() {
    containers = List.of(container(SHOP, "shop", "", ""));
    assertInstanceOf(Unattributed.class, selinux(""));
    assertInstanceOf(Unattributed.class, appArmor(""));
  }

  @Test
  void theAppArmorProfileOfOneContainer() {
    Attributed shop = new ToContainer(SHOP, "shop", How.APPARMOR_PROFILE);
    assertEquals(shop, appArmor("shop-profile"));
    assertEquals(shop, appArmor("shop-profile//null-/bin/sh"));
    assertInstanceOf(Unattributed.class, appArmor("shop-profile2"));
    assertInstanceOf(Unattributed.class, appArmor("docker-default"), "another engine's as well");
    containers = List.of(containers.get(0), container(MAIL, "mail", "", "shop-profile"));
    assertInstanceOf(Unattributed.class, appArmor("shop-profile"), "two have it");
  }

  @Test
  void whoIsTheHostsIsNotLookedForByItsLabel() {
    proc.put(9, ProcessOwner.HOST);
    assertEquals(new ToHost(), appArmor("shop-profile"));
  }

  @Test
  void aContainerThatWasRemovedSinceHasItsName() {
    forks.put(10, new OfContainer(SHOP));
    assertEquals(BY_FORK, process(10));
    containers = List.of();
    assertEquals(BY_FORK, process(10));
  }

  @Test
  void ofThoseRemovedAThousandAreRemembered() {
    forks.put(10, new OfContainer(SHOP));
    assertEquals(BY_FORK, process(10));
    // Beside these the other of the first two, and the one that is there.
    for (int i = 0; i < 1_023; i++) {
      containers = List.of(container("%064x".formatted(i), "one" + i, "", ""));
      process(10);
    }
    assertEquals(BY_FORK, process(10));
    containers = List.of(container("9e".repeat(32), "last", "", ""));
    assertEquals(new ToUnlisted(SHOP, How.FORK_CACHE), process(10));
  }

  @Test
  void aNameIsWaitedForAndThenGivenUp() {
    NameWait<String> wait = new NameWait<>(attribution);
    String young = "7c".repeat(32);
    forks.put(10, new OfContainer(young));
    assertEquals(List.of(), wait.offer("first", process(10), 0));
    assertEquals(
        List.of(new NameWait.Settled<>("other", BY_FORK)), wait.offer("other", BY_FORK, 1));
    assertEquals(List.of(), wait.settle(60_000_000));

    containers = List.of(container(young, "young", "", ""));
    Attributed named = new ToContainer(young, "young", How.FORK_CACHE);
    assertEquals(List.of(new NameWait.Settled<>("first", named)), wait.settle(200_000_000));

    String foreign = "8d".repeat(32);
    forks.put(11, new OfContainer(foreign));
    assertEquals(List.of(), wait.offer("second", process(11), 0));
    assertEquals(List.of(), wait.settle(1_999_000_000));
    assertEquals(
        List.of(
            new NameWait.Settled<>("second", new Unattributed("unknown container 8d8d8d8d8d8d"))),
        wait.settle(2_100_000_000));
  }

  @Test
  void noMoreThanAThousandWait() {
    NameWait<Integer> wait = new NameWait<>(attribution);
    ToUnlisted foreign = new ToUnlisted("8d".repeat(32), How.CGROUP);
    int settled = 0;
    for (int i = 0; i < 5_000; i++) {
      settled += wait.offer(i, foreign, 0).size();
    }
    assertEquals(4_000, settled);
    assertEquals(1_000, wait.settle(3_000_000_000L).size());
  }
}
