package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilePagesTest {
  @Test
  void onlyWhatIsAFileAndWasNeverWrittenTo() {
    assertEquals(
        List.of(new FilePages.Mapping(0x800fc5000L, 0x80255d000L)),
        FilePages.unwritten(
            mapping("800001000-800fc5000 rw-p 00001000 fe:00 9 /a/cache", 0, 0)
                + mapping("800fc5000-80255d000 r--p 00fc5000 fe:00 9 /a/cache with a blank", 0, 0)
                + mapping("7f0000000000-7f0000010000 r--p 00000000 fe:00 9 /a/relocated.so", 4, 0)
                + mapping("7f0000010000-7f0000020000 r-xp 00000000 fe:00 9 /a/swapped.so", 0, 8)
                + mapping("7f0000020000-7f0000030000 r--p 00000000 00:00 0", 0, 0)
                + mapping("7f0000030000-7f0000040000 r-xp 00000000 00:00 0 [vdso]", 0, 0)
                + mapping("7f0000040000-7f0000050000 ---p 00000000 fe:00 9 /a/guard", 0, 0)));
  }

  @Test
  void whatIsNotToldIsNotTaken() {
    assertEquals(
        List.of(),
        FilePages.unwritten(
            "800000000-800001000 r-xp 00000000 fe:00 9 /a\nRss: 4 kB\nAnonymous: 0 kB\n"));
    assertEquals(List.of(), FilePages.unwritten(""));
  }

  @Test
  void theProgramGoesOnWithoutThem() throws IOException {
    assertTrue(FilePages.giveUp() > 1 << 20);
    assertTrue(FilePages.giveUp() > 1 << 20);
  }

  private static String mapping(String head, int anonymous, int swap) {
    return head
        + "\nSize: 100 kB\nRss: 100 kB\nAnonymous: %d kB\nSwap: %d kB\nVmFlags: rd mr\n"
            .formatted(anonymous, swap);
  }
}
