package io.bilgewatch.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of a process's files. */
class ProcessTextTest {
  private static final String STATUS =
      """
      Name:\tnginx
      Umask:\t0022
      State:\tS (sleeping)
      Uid:\t0\t101\t0\t101
      Gid:\t0\t102\t0\t102
      CapInh:\t0000000000000000
      CapPrm:\t00000000a80425fb
      CapEff:\t0000000000000400
      CapBnd:\tffffffffffffffff
      NoNewPrivs:\t1
      Seccomp:\t2
      Seccomp_filters:\t1
      Future:\tx
      """;

  @Test
  void theEffectiveIdsAreTheSecondOnes() throws Malformed {
    ProcessStatus status = status(STATUS);
    assertEquals(101, status.effectiveUid());
    assertEquals(102, status.effectiveGid());
    assertEquals(0x400, status.effectiveCapabilities());
    assertEquals(0xa80425fbL, status.permittedCapabilities());
    assertEquals(-1, status.boundingCapabilities());
    assertTrue(status.noNewPrivileges());
    assertEquals(OptionalInt.of(2), status.seccompMode());
  }

  @Test
  void aKernelWithoutSeccomp() throws Malformed {
    String without =
        STATUS.replace("Seccomp:\t2\n", "").replace("NoNewPrivs:\t1", "NoNewPrivs:\t0");
    assertEquals(OptionalInt.empty(), status(without).seccompMode());
    assertFalse(status(without).noNewPrivileges());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Uid:\t0\t0\t0\t0", "x\\nUid:\t0\t0\t0\t0", "\377\303", "a\u0085Uid:\t0\t0"})
  void aNameCannotSpeakForAnotherLine(String name) throws Malformed {
    assertEquals(101, status(STATUS.replace("nginx", name)).effectiveUid());
  }

  @Test
  void onlyTheFirstLineOfAKeyCounts() throws Malformed {
    assertEquals(101, status(STATUS + "Uid:\t0\t0\t0\t0\n").effectiveUid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Uid:\t0", "Uid:\tx\ty", "CapEff:\tzz", "NoNewPrivs:", "CapBnd:\t"})
  void whatIsMissingOrIsNoNumberIsMalformed(String line) {
    String key = line.substring(0, line.indexOf(':') + 1);
    String text =
        STATUS.lines().map(l -> l.startsWith(key) ? line : l).collect(Collectors.joining("\n"));
    String gone = STATUS.lines().filter(l -> !l.startsWith(key)).collect(Collectors.joining("\n"));
    assertThrows(Malformed.class, () -> status(gone));
    if (!key.equals("NoNewPrivs:")) {
      Malformed error = assertThrows(Malformed.class, () -> status(text));
      assertTrue(error.getMessage().contains("found \"" + key), error.getMessage());
    }
  }

  @Test
  void theLinesOfPrivilegesSayAllThatIsSaidOfThem() throws Malformed {
    byte[] kept = ProcessStatus.privileges(STATUS.getBytes(ISO_8859_1));
    assertEquals(status(STATUS), ProcessStatus.parse(kept));
    for (String other : List.of("Umask:\t0022", "State:\tS", "Future:\tx", "nginx")) {
      assertArrayEquals(
          kept, ProcessStatus.privileges(STATUS.replace(other, "Other:\tx").getBytes(ISO_8859_1)));
    }
    String groups = STATUS + "Groups:\t4 5 \n";
    for (String key :
        List.of("Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")) {
      byte[] changed =
          groups.replaceFirst("\n" + key + ":\t", "\n" + key + ":\t7").getBytes(ISO_8859_1);
      assertFalse(
          Arrays.equals(
              ProcessStatus.privileges(groups.getBytes(ISO_8859_1)),
              ProcessStatus.privileges(changed)),
          key);
    }
    assertEquals(
        List.of(4, 5), ProcessStatus.groups(ProcessStatus.privileges(groups.getBytes(ISO_8859_1))));
  }

  @Test
  void idsInAUserNamespace() throws Malformed {
    IdMap map =
        IdMap.parse(
            "         0     100000      65536\n     70000          5          1\n"
                .getBytes(ISO_8859_1));
    assertEquals(0, map.inside(100_000));
    assertEquals(65_535, map.inside(165_535));
    assertEquals(IdMap.OVERFLOW_ID, map.inside(165_536));
    assertEquals(70_000, map.inside(5));
    assertEquals(IdMap.OVERFLOW_ID, map.inside(0));
    IdMap whole = IdMap.parse("         0          0 4294967295\n".getBytes(ISO_8859_1));
    assertEquals(-2, whole.inside(-2), "4294967294 as an unsigned number");
    assertThrows(Malformed.class, () -> IdMap.parse("0 1".getBytes(ISO_8859_1)));
    assertThrows(Malformed.class, () -> IdMap.parse("0 x 1".getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "a) b", ") S 1 2 3", "(((", "x\ny", ""})
  void theStartTimeIsFoundBehindTheLastParenthesis(String name) throws Malformed {
    String fields =
        IntStream.rangeClosed(4, 52).mapToObj(i -> "" + i * 10).collect(Collectors.joining(" "));
    byte[] text = ("42 (" + name + ") S " + fields + "\n").getBytes(ISO_8859_1);
    assertEquals(new ProcessIdentity(42, 220), ProcessIdentity.parse(42, text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "42 (sh) S 1 2 3", "42 (sh)", "42 sh S 1"})
  void aStatThatIsCutIsMalformed(String text) {
    assertThrows(Malformed.class, () -> ProcessIdentity.parse(42, text.getBytes(ISO_8859_1)));
  }

  @Test
  void securityLabels() {
    assertEquals("docker-default (enforce)", label("docker-default (enforce)\n"));
    assertEquals("u:r:t:s0:c1,c2", label("u:r:t:s0:c1,c2\0"));
    assertEquals("", label(""));
  }

  private static String label(String text) {
    return ProcessPostureReader.label(text.getBytes(ISO_8859_1));
  }

  private static ProcessStatus status(String text) throws Malformed {
    return ProcessStatus.parse(text.getBytes(ISO_8859_1));
  }
}
