package io.bilgewatch.fanotify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.testing.Privileges;
import io.bilgewatch.testing.Root;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Capabilities are dropped for good from a process, and it says which it would need. */
class WriteMarksPrivilegesTest {
  @BeforeAll
  static void needsRoot() throws Exception {
    Root.required();
  }

  @Test
  void withSysAdminAloneItOpens() throws Exception {
    assertEquals(
        "Present[value=open]",
        Privileges.run(
            OpenMain.class, "setpriv --bounding-set -all,+sys_admin --inh-caps -all,+sys_admin"));
  }

  @Test
  void withoutSysAdminItSaysWhatItWouldNeed() throws Exception {
    String said =
        Privileges.run(OpenMain.class, "setpriv --bounding-set -sys_admin --inh-caps -sys_admin");
    assertTrue(said.startsWith("Missing[cause=NOT_PERMITTED"), said);
    assertTrue(said.contains("give it CAP_SYS_ADMIN"), said);
  }
}
