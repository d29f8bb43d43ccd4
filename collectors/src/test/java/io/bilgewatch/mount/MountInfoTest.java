package io.bilgewatch.mount;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountInfoTest {
  @Test
  void aReadOnlyContainerWhoseOverlaySaysRw() throws Malformed {
    Mount root =
        only(
            "742 611 0:57 / / ro,relatime master:300 - overlay overlay"
                + " rw,lowerdir=/l/A:/l/B,upperdir=/u/diff,workdir=/u/work");
    assertEquals(742, root.id());
    assertEquals(611, root.parentId());
    assertEquals("0:57", root.device());
    assertEquals(KernelPath.of("/"), root.root());
    assertEquals(KernelPath.of("/"), root.mountPoint());
    assertEquals(List.of("ro", "relatime"), root.options());
    assertEquals(List.of("master:300"), root.optional());
    assertEquals("overlay", root.fsType());
    assertEquals("overlay", root.source());
    assertEquals("rw,lowerdir=/l/A:/l/B,upperdir=/u/diff,workdir=/u/work", root.superOptions());
    assertTrue(root.readOnly());
  }

  @Test
  void fieldsAreDecodedAfterTheyArePartedAndOptionsStayAsWritten() throws Malformed {
    Mount mount =
        only(
            "5 4 8:1 /ro\\040ot /mo\\011unt\\134\\043 rw,a\\040b x\\040y:1 - fuse.a\\040b"
                + " //srv/a\\040share\\012 rw,name=a\\040b,path=C:\\Dir with blanks");
    assertEquals(KernelPath.of("/ro ot"), mount.root());
    assertEquals(KernelPath.of("/mo\tunt\\#"), mount.mountPoint());
    assertEquals(List.of("rw", "a\\040b"), mount.options());
    assertEquals(List.of("x\\040y:1"), mount.optional());
    assertEquals("fuse.a b", mount.fsType());
    assertEquals("//srv/a share\n", mount.source());
    assertEquals("rw,name=a\\040b,path=C:\\Dir with blanks", mount.superOptions());
  }

  @Test
  void anEmptySourceIsTwoBlanksInARow() throws Malformed {
    Mount mount = only("5 4 0:9 / /x rw - tmpfs  rw,size=1k");
    assertEquals("", mount.source());
    assertEquals("rw,size=1k", mount.superOptions());
  }

  @Test
  void aHyphenBehindTheFirstLoneOneBelongsToWhatFollows() throws Malformed {
    Mount mount = only("5 4 0:9 / /- rw a-b - fuse - rw - x");
    assertEquals(KernelPath.of("/-"), mount.mountPoint());
    assertEquals(List.of("a-b"), mount.optional());
    assertEquals("-", mount.source());
    assertEquals("rw - x", mount.superOptions());
  }

  @Test
  void fieldsOfLaterKernelsAreNoObstacle() throws Malformed {
    Mount mount =
        only("5 4 0:9 / /x rw shared:1 master:2 propagate_from:3 unbindable new:4 - t s rw");
    assertEquals(5, mount.optional().size());
  }

  @Test
  void bytesThatAreNotUtf8Survive() throws Malformed {
    byte[] line =
        "5 4 0:9 / /x\377\376 rw - overlay s\377 rw,upperdir=/u\377\\040".getBytes(ISO_8859_1);
    Mount mount = MountInfo.parse(line).getFirst();
    assertArrayEquals(new byte[] {'/', 'x', (byte) 0xff, (byte) 0xfe}, mount.mountPoint().bytes());
    assertEquals("s\\377", mount.source());
    assertEquals("rw,upperdir=/u\\377\\040", mount.superOptions());
    KernelPath upperdir = Overlay.of(mount).orElseThrow().upperdir().orElseThrow();
    assertArrayEquals(new byte[] {'/', 'u', (byte) 0xff, ' '}, upperdir.bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "5 4 0:9 / /x rw",
        "5 4 0:9 / /x rw shared:1",
        "5 4 0:9 / /x rw -",
        "5 4 0:9 / /x rw - tmpfs",
        "5 4 0:9 / /x rw - tmpfs none",
        "5 4 0:9 / /x - tmpfs none rw",
        "a 4 0:9 / /x rw - tmpfs none rw",
        "5 -4 0:9 / /x rw - tmpfs none rw",
        "5 4 9 / /x rw - tmpfs none rw",
        "5 4 0: / /x rw - tmpfs none rw",
        "5 4 0:9:1 / /x rw - tmpfs none rw",
        "99999999999 4 0:9 / /x rw - tmpfs none rw",
        " 5 4 0:9 / /x rw - tmpfs none rw",
      })
  void aLineThatIsCutOrIsNoneIsRefusedWithItsEvidence(String line) {
    byte[] text = ("1 0 0:1 / / rw - tmpfs a rw\n" + line + "\n").getBytes(ISO_8859_1);
    Malformed error = assertThrows(Malformed.class, () -> MountInfo.parse(text));
    assertTrue(error.getMessage().startsWith("mountinfo: at byte "), error.getMessage());

    MountTable table = MountTable.parse(text);
    assertEquals(1, table.mounts().size());
    assertEquals(1, table.malformedLines());
    assertEquals(
        error.getMessage(), table.firstMalformed().map(Throwable::getMessage).orElseThrow());
  }

  @Test
  void theLastLineMayLackItsNewline() throws Malformed {
    String line = "5 4 0:9 / /x rw - tmpfs none rw";
    assertEquals(parse(line), parse(line + "\n"));
    assertEquals(2, parse(line + "\n" + line).size());
    assertTrue(parse("").isEmpty());
    assertFalse(MountTable.parse(new byte[0]).firstMalformed().isPresent());
  }

  private static Mount only(String line) throws Malformed {
    return parse(line + "\n").getFirst();
  }

  private static List<Mount> parse(String text) throws Malformed {
    return MountInfo.parse(text.getBytes(ISO_8859_1));
  }
}
