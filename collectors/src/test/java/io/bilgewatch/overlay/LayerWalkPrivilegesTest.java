package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Capabilities are dropped for good from a process, and it still tells the truth. */
class LayerWalkPrivilegesTest {
  private static final String CHANGES =
      "cd merged; echo x >> etc/passwd; rm etc/hosts; mkdir -m 700 new; echo > new/file";

  @Test
  void withAllItTellsChangesApart() throws IOException {
    assertEquals(
        "Present[value=6 inodes, Optional[Changes[created=2, modified=1]], 1 deleted,"
            + " Optional.empty]",
        measuredBy(""));
  }

  /** The kernel then answers "no origin" for each copy-up: it must not count as created. */
  @Test
  void withoutSysAdminChangesAreAbsent() throws IOException {
    assertEquals(
        "Present[value=6 inodes, Optional.empty, 1 deleted, Optional.empty]",
        measuredBy("setpriv --bounding-set -sys_admin --inh-caps -sys_admin "));
  }

  /** Also the way without O_NOATIME: root's directories are not the process's own. */
  @Test
  void aUserWithDacReadSearchAloneSeesAllSizes() throws IOException {
    assertEquals(
        "Present[value=6 inodes, Optional.empty, 1 deleted, Optional.empty]",
        measuredBy(
            "setpriv --reuid 12345 --clear-groups --inh-caps -all,+dac_read_search"
                + " --ambient-caps -all,+dac_read_search "));
  }

  @Test
  void aDirectoryThatMayNotBeReadMakesItIncomplete() throws IOException {
    assertEquals(
        "Present[value=4 inodes, Optional.empty, 1 deleted, Optional[NOT_PERMITTED]]",
        measuredBy("chmod 755 . upper; setpriv --reuid 12345 --clear-groups --inh-caps -all "));
  }

  @Test
  void anUpperdirThatMayNotBeOpenedSaysSo() throws IOException {
    String said =
        measuredBy("chmod 700 upper; setpriv --reuid 12345 --clear-groups --inh-caps -all ");
    assertTrue(said.startsWith("Missing[cause=NOT_PERMITTED"), said);
  }

  private static String measuredBy(String launcher) throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("mkdir lower/etc; echo > lower/etc/passwd; echo > lower/etc/hosts; chmod 711 .");
      lab.mount("");
      lab.sh(CHANGES);
      copyClasses(lab);
      return lab.sh(
          launcher
              + java()
              + " --enable-native-access=ALL-UNNAMED -Xmx32m -Djna.tmpdir=$PWD/classes"
              + " -cp $(ls -d classes/* | paste -sd:) io.bilgewatch.overlay.WalkMain "
              + lab.upper());
    }
  }

  /** To where a user without any right may read them, and JNA may unpack its library. */
  private static void copyClasses(Lab lab) throws IOException {
    lab.sh("mkdir -m 777 classes");
    List<String> needed =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .filter(path -> path.matches(".*/(test-)?classes|.*/jna-\\d[^/]*"))
            .toList();
    assertEquals(3, needed.size(), needed::toString);
    for (String path : needed) {
      lab.sh("cp -rL '" + path + "' classes/; chmod -R a+rX classes");
    }
  }

  private static String java() {
    return System.getProperty("java.home") + "/bin/java";
  }
}
