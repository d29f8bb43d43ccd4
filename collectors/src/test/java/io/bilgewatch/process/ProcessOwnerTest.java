package io.bilgewatch.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.process.ProcessOwner.Unknown;
import org.junit.jupiter.api.Test;

class ProcessOwnerTest {
  private static final String ID = "c0".repeat(32);

  private static ProcessOwner owner(String cgroups, boolean ending, boolean first)
      throws Malformed {
    return ProcessOwner.of(CgroupMembership.parse(cgroups.getBytes(UTF_8)), ending, first);
  }

  @Test
  void aZombieIsStillTheContainersByItsVersionTwoLine() throws Malformed {
    String zombie = "4:memory:/\n1:name=systemd:/\n0::/docker/" + ID + "\n";
    assertEquals(new OfContainer(ID), owner(zombie, true, true));
  }

  @Test
  void aSlashOfAnEndingProcessIsNotTheHost() throws Malformed {
    String dying = "4:memory:/\n1:name=systemd:/\n";
    assertInstanceOf(Unknown.class, owner(dying, true, true));
    assertEquals(ProcessOwner.HOST, owner(dying, false, true));
    String hybrid = dying + "0::/system.slice/containerd.service\n";
    assertInstanceOf(Unknown.class, owner(hybrid, true, true), "version 2 may not be in use");
  }

  @Test
  void theHostOnVersionTwo() throws Malformed {
    assertEquals(ProcessOwner.HOST, owner("0::/\n", false, true));
    assertEquals(ProcessOwner.HOST, owner("0::/system.slice/ssh.service\n", false, true));
  }

  @Test
  void aContainerWithoutAnIdIsNotTheHost() throws Malformed {
    assertInstanceOf(Unknown.class, owner("0::/lxc.payload.web/init.scope\n", false, true));
  }

  @Test
  void readFromAContainersOwnCgroupNamespace() throws Malformed {
    assertEquals(new OfContainer(ID), owner("0::/../" + ID + "\n", false, false));
    assertEquals(ProcessOwner.HOST, owner("0::/../../system.slice\n", false, false));
    assertInstanceOf(Unknown.class, owner("0::/\n", false, false), "this program's own container");
  }

  @Test
  void noCgroupsSayNothing() throws Malformed {
    assertInstanceOf(Unknown.class, owner("", false, true));
  }

  private static ProcessStat stat(String text) throws Malformed {
    return ProcessStat.parse(text.getBytes(UTF_8));
  }

  private static String stat(String name, String state, long flags) {
    return "77 (%s) %s 1 77 77 0 -1 %d 1 2 3 4 5 6 7 8 20 0 1 0 4321 9 9 9\n"
        .formatted(name, state, flags);
  }

  @Test
  void aNameCannotSpeakForAnotherField() throws Malformed {
    assertEquals(new ProcessStat('S', 64, 4321), stat(stat("a) Z 1 (b", "S", 64)));
  }

  @Test
  void anEndIsSeenBeforeTheStateShowsIt() throws Malformed {
    assertFalse(stat(stat("x", "R", 0x400000)).isEnding());
    assertTrue(stat(stat("x", "R", 0x400004)).isEnding());
    assertTrue(stat(stat("x", "Z", 0)).isEnding());
    assertTrue(stat(stat("x", "X", 0)).isEnding());
  }

  @Test
  void aStatThatIsCutOffIsRefused() {
    String whole = stat("x", "S", 0);
    int start = whole.indexOf("4321");
    for (int length = 0; length < start; length++) {
      String cut = whole.substring(0, length);
      assertThrows(Malformed.class, () -> stat(cut), cut);
    }
  }
}
