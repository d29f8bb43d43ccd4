package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerUsage.Changes;
import io.bilgewatch.overlay.LowerLayers.Has;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel's own overlayfs leaves in the upperdir, told apart. */
class OverlayChangesTest {
  private static final String IMAGE =
      """
      cd lower
      mkdir -p etc var/log var/cache/apt usr/bin lib
      echo root > etc/passwd; echo host > etc/hosts; ln -s hosts etc/alias; mkfifo etc/pipe
      echo 1 > var/log/a; echo 2 > var/log/b; echo 3 > var/cache/apt/c
      printf '#!' > usr/bin/tool; chmod 755 usr/bin/tool
      printf '#!' > usr/bin/other; chmod 755 usr/bin/other
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what the container does                            | created | modified | deleted | executables
          true                                                 | 0 | 0 | 0 | 0
          echo x > new                                         | 1 | 0 | 0 | 0
          echo x > new; rm new                                 | 0 | 0 | 0 | 0
          echo x > etc/new                                     | 1 | 0 | 0 | 0
          echo x >> etc/passwd                                 | 0 | 1 | 0 | 0
          rm etc/passwd                                        | 0 | 0 | 1 | 0
          rm etc/passwd; echo x > etc/passwd                   | 1 | 0 | 0 | 0
          rm -r var                                            | 0 | 0 | 1 | 0
          rm -r var; mkdir var                                 | 1 | 0 | 0 | 0
          rm -r var; mkdir -p var/log; echo x > var/log/a      | 3 | 0 | 0 | 0
          chmod 700 usr/bin/tool                               | 0 | 1 | 0 | 1
          chmod 600 usr/bin/tool                               | 0 | 1 | 0 | 0
          touch -h etc/alias                                   | 0 | 1 | 0 | 0
          touch etc/pipe                                       | 0 | 1 | 0 | 0
          chmod 711 etc                                        | 0 | 0 | 0 | 0
          mv etc/passwd etc/shadow                             | 0 | 1 | 1 | 0
          mkdir opt; mv etc/passwd opt/                        | 1 | 1 | 1 | 0
          mkdir opt; ln etc/passwd opt/p                       | 1 | 2 | 0 | 0
          mkdir -p opt/a/b; echo x > opt/a/b/c                 | 4 | 0 | 0 | 0
          echo x > a; chmod 755 a; ln a b; ln a c              | 3 | 0 | 0 | 3
          rm var/log/a; rm etc/hosts; echo x >> var/log/b      | 0 | 1 | 2 | 0
          mkdir usr/bin/d; mkfifo usr/bin/p; ln -s x usr/bin/s | 3 | 0 | 0 | 0
          """)
  void tellsChangesApart(String script, long created, long modified, long deleted, long executables)
      throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(IMAGE);
      lab.mount("");
      lab.sh("cd merged; " + script);

      LayerUsage usage = lab.measure().usage();

      assertEquals(Optional.of(new Changes(created, modified)), usage.changes());
      assertEquals(deleted, usage.deletedEntries(), "deleted");
      assertEquals(executables, usage.executables(), "executables");
      assertEquals(lab.number("du -s -B1 upper | cut -f1"), usage.allocatedBytes());
      assertEquals(lab.number("du -s --inodes upper | cut -f1"), usage.inodes());
    }
  }

  /** A rootless engine's overlay keeps its marks in user attributes. */
  @Test
  void readsUserAttributesWhereTheMountSaysSo() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(IMAGE);
      lab.mount(",userxattr");
      lab.sh(
          "cd merged; echo x >> etc/passwd; echo y > etc/new; rm -r var; mkdir var; echo > var/z");

      LayerUsage usage =
          lab.measure(Budget.DEFAULT, OverlayAttributes.USER, Pace.UNHINDERED).usage();

      assertEquals(Optional.of(new Changes(3, 1)), usage.changes());
    }
  }

  @Test
  void marksThatCanNotBeReadLeaveChangesAbsent() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(IMAGE);
      lab.mount("");
      lab.sh("cd merged; echo x >> etc/passwd; rm etc/hosts");

      LayerUsage usage =
          lab.measure(Budget.DEFAULT, OverlayAttributes.UNREADABLE, Pace.UNHINDERED).usage();

      assertEquals(Optional.empty(), usage.changes());
      assertEquals(1, usage.deletedEntries());
    }
  }

  /** The kernel drops a lower hard link's origin: such a copy is not known to be the image's. */
  @Test
  void aCopyOfAnImageFileWithSeveralNamesCountsAsCreated() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("mkdir lower/d; echo x > lower/d/1; ln lower/d/1 lower/d/2");
      lab.mount("");
      lab.sh("chmod 600 merged/d/1");

      assertEquals(Optional.of(new Changes(1, 0)), lab.measure().usage().changes());
    }
  }

  /** By names: what was removed and made anew is the image's, and what was moved is new. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what the container does                            | created | modified | with marks: created | modified
          echo x > new                                         | 1 | 0 | 1 | 0
          echo x > etc/new; echo x >> etc/passwd               | 1 | 1 | 1 | 1
          chmod 700 usr/bin/tool; rm etc/hosts                 | 0 | 1 | 0 | 1
          rm etc/passwd; echo x > etc/passwd                   | 0 | 1 | 1 | 0
          mv etc/passwd etc/shadow                             | 1 | 0 | 0 | 1
          rm etc/passwd; mkfifo etc/passwd                     | 1 | 0 | 1 | 0
          touch -h etc/alias; touch etc/pipe                   | 0 | 2 | 0 | 2
          mkdir -p opt/a/b; echo x > opt/a/b/c                 | 4 | 0 | 4 | 0
          mkdir -p var/log/new/d; echo x >> var/log/a          | 2 | 1 | 2 | 1
          echo x > gone/file                                   | 1 | 0 | 1 | 0
          echo x > over/file                                   | 0 | 1 | 0 | 1
          chmod 600 linked/1                                   | 0 | 1 | 0 | 1
          echo x > link/away                                   | 1 | 0 | 1 | 0
          """)
  void theLayersBelowTellChangesApartWithoutMarks(
      String script, long created, long modified, long createdMarked, long modifiedMarked)
      throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(IMAGE);
      lab.sh(
          """
          mkdir -p lower/gone lower/over lower/linked lower/link low2/over low2/gone
          echo 1 > lower/linked/1; ln lower/linked/1 lower/linked/2
          echo 1 > lower/gone/file; mknod low2/gone/file c 0 0
          echo 1 > lower/over/file; echo 2 > low2/over/file
          mount -t overlay overlay -o lowerdir=low2:lower,upperdir=upper,workdir=work merged
          """);
      try {
        lab.sh("cd merged; " + script);
        assertEquals(
            Optional.of(new Changes(created, modified)),
            lab.measureByNames(OverlayAttributes.UNREADABLE, "low2", "lower").changes());
        assertEquals(
            Optional.of(new Changes(createdMarked, modifiedMarked)),
            lab.measureByNames(OverlayAttributes.TRUSTED, "low2", "lower").changes());
      } finally {
        lab.sh("umount merged");
      }
    }
  }

  /** A layer that the engine has not, or a directory that is none. */
  @Test
  void layersThatCanNotBeReadLeaveChangesAbsent() throws IOException {
    try (Lab lab = new Lab()) {
      assertFalse(LowerLayers.open(List.of(lab.root.resolve("absent"))).isPresent());
    }
  }

  /** A layer of an image may be anything: what a link in it leads to is not in it. */
  @Test
  void noLinkOfALayerIsFollowed() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(
          "mkdir -p lower/real; echo x > lower/real/file; ln -s real lower/link;"
              + " ln -s /etc lower/out");
      try (LowerLayers lowers =
          LowerLayers.open(List.of(lab.root.resolve("lower"))).optional().orElseThrow()) {
        assertEquals(Has.SOMETHING, lowers.at(KernelPath.of("/real/file")));
        assertEquals(Has.SOMETHING, lowers.at(KernelPath.of("/link")));
        assertEquals(Has.NOTHING, lowers.at(KernelPath.of("/link/file")));
        assertEquals(Has.NOTHING, lowers.at(KernelPath.of("/out/passwd")));
        assertEquals(Has.NOTHING, lowers.at(KernelPath.of("/real/file/below")));
        assertEquals(Has.NOTHING, lowers.at(KernelPath.of("/absent/file")));
        assertFalse(lowers.isUnreadable());
        assertEquals(Has.UNKNOWN, lowers.at(KernelPath.of("/" + "n".repeat(300))));
        assertTrue(lowers.isUnreadable());
      }
    }
  }
}
