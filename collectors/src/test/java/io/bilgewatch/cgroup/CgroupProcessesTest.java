package io.bilgewatch.cgroup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupProcessesTest {
  @TempDir private Path directory;

  private static Set<Integer> parsed(String text) throws IOException {
    Set<Integer> into = new LinkedHashSet<>();
    CgroupProcesses.parse(text.getBytes(US_ASCII), into);
    return into;
  }

  private Set<Integer> processes() throws IOException {
    try (CgroupProcesses reader = new CgroupProcesses()) {
      return reader.of(KernelPath.of(directory.toString()));
    }
  }

  private void cgroup(String path, String procs) throws IOException {
    Path cgroup = Files.createDirectories(directory.resolve(path));
    Files.writeString(cgroup.resolve("cgroup.procs"), procs);
  }

  @Test
  void aNumberALine() throws IOException {
    assertEquals(Set.of(), parsed(""));
    assertEquals(Set.of(1, 4194304), parsed("1\n4194304\n1\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\n", "1 2\n", "\n", "-1\n", "12345678901\n", "1\n\n"})
  void whatIsNoNumberIsAnError(String text) {
    assertThrows(Malformed.class, () -> parsed(text));
  }

  @Test
  void aProcessWithoutANumberIsNotLeftOut() {
    IOException error = assertThrows(IOException.class, () -> parsed("12\n0\n"));
    assertTrue(error.getMessage().contains("--pid=host"), error::getMessage);
  }

  @Test
  void thoseOfCgroupsBelowBelongToIt() throws IOException {
    cgroup("", "10\n");
    cgroup("init.scope", "11\n");
    cgroup("system.slice/web.service", "12\n13\n");
    cgroup("system.slice", "");
    assertEquals(Set.of(10, 11, 12, 13), processes());
  }

  @Test
  void oneBelowThatIsGoneIsNoLoss() throws IOException {
    cgroup("", "10\n");
    Files.createDirectory(directory.resolve("removed"));
    assertEquals(Set.of(10), processes());
  }

  @Test
  void itselfBeingGoneIsAnError() {
    assertThrows(IOException.class, this::processes);
  }

  @Test
  void withTooManyBelowThereIsNoAnswer() throws IOException {
    cgroup("", "10\n");
    for (int i = 0; i < CgroupProcesses.MOST_CGROUPS; i++) {
      cgroup("below-" + i, "");
    }
    IOException error = assertThrows(IOException.class, this::processes);
    assertTrue(error.getMessage().contains("cgroups"), error::getMessage);
  }
}
