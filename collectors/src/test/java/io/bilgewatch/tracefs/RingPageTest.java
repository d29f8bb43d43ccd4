package io.bilgewatch.tracefs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RingPageTest {
  private static List<String> read(byte[] page) throws Malformed {
    List<String> seen = new ArrayList<>();
    new RingPage(page, page.length)
        .read(record -> seen.add(record.nanos() + ":" + record.type() + ":" + record.integer(4)));
    return seen;
  }

  @Test
  void recordsOfBothLengthsWithTheirTimes() throws Malformed {
    byte[] page =
        new PageWriter(1000)
            .record(0, PageWriter.data(781, 4711))
            .longRecord(7, PageWriter.data(782, 4712, new byte[300]))
            .record(3, PageWriter.data(783, 4713))
            .bytes();
    assertEquals(List.of("1000:781:4711", "1007:782:4712", "1010:783:4713"), read(page));
    assertEquals(0, new RingPage(page, page.length).lost());
  }

  @Test
  void longTimesAndWhatWasThrownAway() throws Malformed {
    long later = 9_000_000_000L;
    byte[] page =
        new PageWriter(5)
            .timeExtend(later)
            .record(0, PageWriter.data(1, 1))
            .discarded(2, 40)
            .record(1, PageWriter.data(2, 2))
            .timeStamp(77_000_000_000L)
            .record(0, PageWriter.data(3, 3))
            .paddingToTheEnd()
            .bytes();
    assertEquals(
        List.of((later + 5) + ":1:1", (later + 8) + ":2:2", "77000000000:3:3"), read(page));
  }

  @Test
  void lossIsTold() throws Malformed {
    byte[] some = new PageWriter(5).record(0, PageWriter.data(1, 1)).bytesAfterLoss();
    byte[] known = new PageWriter(5).record(0, PageWriter.data(1, 1)).bytesAfterLoss(12_345);
    assertEquals(1, new RingPage(some, some.length).lost());
    assertEquals(12_345, new RingPage(known, known.length).lost());
    assertEquals(List.of("5:1:1"), read(known));
  }

  @Test
  void recordsBeforeABrokenOneAreTaken() {
    PageWriter writer = new PageWriter(5).record(0, PageWriter.data(1, 1));
    byte[] page = writer.longRecord(0, PageWriter.data(2, 2, new byte[40])).bytes();
    page[16 + 12 + 4 + 2] = 1;
    List<Integer> types = new ArrayList<>();
    assertThrows(
        Malformed.class,
        () -> new RingPage(page, page.length).read(record -> types.add(record.type())));
    assertEquals(List.of(1), types);
  }

  @Test
  void noPage() {
    assertThrows(Malformed.class, () -> new RingPage(new byte[16], 15));
    byte[] claimsMore = new PageWriter(0).record(0, PageWriter.data(1, 1)).bytes();
    assertThrows(Malformed.class, () -> new RingPage(claimsMore, 20));
  }

  @Test
  void sizeOfAPageIsTheKernels() throws Malformed {
    String text =
        """
        \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
        \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
        \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
        \tfield: char data;\toffset:16;\tsize:65520;\tsigned:0;
        \tfield: int later;\toffset:16;\tsize:4;\tsigned:0;
        """;
    assertEquals(65536, RingPage.sizeOf(text.getBytes(US_ASCII)));
    byte[] narrow = text.replace("offset:8;\tsize:8", "offset:8;\tsize:4").getBytes(US_ASCII);
    assertThrows(Malformed.class, () -> RingPage.sizeOf(narrow));
  }

  /** Whatever the bytes are: records within the page or an error, and an end. */
  @Test
  void anyBytes() throws Malformed {
    Random random = new Random(618);
    int good = 0;
    int broken = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] page = page(random);
      for (int i = random.nextInt(4); i > 0; i--) {
        page[8 + random.nextInt(400)] = (byte) random.nextInt();
      }
      int length = random.nextInt(10) == 0 ? random.nextInt(page.length) : page.length;
      try {
        new RingPage(page, length)
            .read(record -> {
              record.require(0, 4, "four bytes");
              assertTrue(record.integer(0) != 0 || record.unsignedByte(3) == 0);
            });
        good++;
      } catch (Malformed _) {
        broken++;
      }
    }
    assertTrue(good > 1000 && broken > 1000, good + " good, " + broken + " broken");
  }

  private static byte[] page(Random random) {
    PageWriter writer = new PageWriter(random.nextLong(1L << 50));
    for (int i = random.nextInt(1, 20); i > 0; i--) {
      byte[] data = PageWriter.data(random.nextInt(1, 2000), random.nextInt(), new byte[i]);
      switch (random.nextInt(5)) {
        case 0 -> writer.longRecord(random.nextInt(1 << 20), data);
        case 1 -> writer.timeExtend(random.nextLong(1L << 40));
        case 2 -> writer.discarded(1, 8);
        default -> writer.record(random.nextInt(1 << 20), data);
      }
    }
    byte[] page = random.nextBoolean() ? writer.bytes() : writer.bytesAfterLoss(random.nextInt());
    return Arrays.copyOf(page, page.length);
  }
}
