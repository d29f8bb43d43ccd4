package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Errors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class KmsgSourceTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  /** Stands for the device: a text is a read, a number an error. */
  private static final class FakeDevice implements KmsgSource.Device {
    private final Deque<Object> reads;
    private int waits;

    FakeDevice(Deque<Object> reads) {
      this.reads = reads;
    }

    @Override
    public int read(byte[] into) throws ErrnoException {
      return switch (reads.pollFirst()) {
        case String text -> {
          byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
          System.arraycopy(bytes, 0, into, 0, bytes.length);
          yield bytes.length;
        }
        case Integer errno -> throw Errors.of(errno);
        case null, default -> -1;
      };
    }

    @Override
    public boolean awaitReadable(Duration patience) {
      waits++;
      return false;
    }

    @Override
    public void close() {
      waits = 0;
    }
  }

  @Test
  void historyEndsOnceWhereThereIsNothingMore() throws Exception {
    assertEquals(List.of("a", "b", "CaughtUp"), items("6,10,1,-;a\n", "6,11,2,-;b\n"));
    assertEquals(List.of("CaughtUp"), items());
  }

  @Test
  void gapsAreCountedAndMalformedRecordsToldOf() throws Exception {
    assertEquals(
        List.of("a", "Lost 3", "b", "Lost 1", "c", "CaughtUp"),
        items("6,10,1,-;a\n", "6,14,2,-;b\n", "garbage", "6,16,3,-;c\n"));
  }

  @Test
  void anOverrunRingIsALossOfAsMuchAsTheSequenceSays() throws Exception {
    assertEquals(
        List.of("a", "Lost 89", "b", "CaughtUp"),
        items("6,10,1,-;a\n", Errno.EPIPE, "6,100,2,-;b\n"));
    assertEquals(List.of("Lost ?", "a", "CaughtUp"), items(Errno.EPIPE, "6,100,2,-;a\n"));
  }

  @Test
  void whatTheKernelTellsOfIsALossBesideTheRecord() throws Exception {
    String text = "dump_header: 9 callbacks suppressed";
    assertEquals(List.of(text, "Lost 9", "CaughtUp"), items("4,10,1,-;" + text + "\n"));
  }

  @Test
  void openedAnewTheDeviceGoesOnWhereItWas() throws Exception {
    assertEquals(
        List.of("a", "b", "Reopened", "c", "CaughtUp"),
        items(
            "6,10,1,-;a\n",
            "6,11,2,-;b\n",
            Errno.EIO,
            "6,10,1,-;a\n",
            "6,11,2,-;b\n",
            "6,12,2,-;c\n"));
  }

  @Test
  void aDeviceThatStaysBrokenIsNotOpenedInABusyLoop() throws Exception {
    Deque<Object> reads = new ArrayDeque<>(List.of(Errno.ENODEV, Errno.ENODEV, "6,1,1,-;a\n"));
    try (KmsgSource source = KmsgSource.of(() -> new FakeDevice(reads))) {
      assertEquals("Reopened", name(source.next(SHORT).orElseThrow()));
      assertThrows(IOException.class, () -> source.next(SHORT));
      assertEquals("a", name(source.next(SHORT).orElseThrow()), "it may be asked again");
    }
  }

  @Test
  void otherErrorsAreThrownAndNothingIsWaitedForTwice() throws Exception {
    Deque<Object> reads = new ArrayDeque<>(List.of(Errno.EINVAL));
    FakeDevice device = new FakeDevice(reads);
    try (KmsgSource source = KmsgSource.of(() -> device)) {
      assertThrows(IOException.class, () -> source.next(SHORT));
      assertEquals("CaughtUp", name(source.next(SHORT).orElseThrow()));
      assertEquals(Optional.empty(), source.next(SHORT));
      assertEquals(1, device.waits);
    }
  }

  private static List<String> items(Object... reads) throws Exception {
    List<String> items = new ArrayList<>();
    Deque<Object> left = new ArrayDeque<>(List.of(reads));
    try (KmsgSource source = KmsgSource.of(() -> new FakeDevice(left))) {
      Optional<KernelLogItem> item = source.next(SHORT);
      while (item.isPresent()) {
        items.add(name(item.get()));
        item = source.next(SHORT);
      }
    }
    return items;
  }

  private static String name(KernelLogItem item) {
    return switch (item) {
      case KernelLogItem.Kmsg(KmsgRecord record) -> record.text();
      case KernelLogItem.Lost(OptionalLong records, String _) ->
          "Lost " + (records.isPresent() ? records.getAsLong() : "?");
      default -> item.getClass().getSimpleName();
    };
  }

  @Test
  void theLiveLogHasHistoryAndWhatUserSpaceWritesIsNotTheKernels() throws Exception {
    Path device = HostRoot.LIVE.kmsg();
    assumeTrue(Files.isWritable(device), "no right to write to the kernel's log");
    try (KmsgSource source = KmsgSource.open(HostRoot.LIVE)) {
      assertEquals("kmsg", source.name());
      long last = -1;
      while (true) {
        KernelLogItem item = source.next(SHORT).orElseThrow();
        if (item instanceof KernelLogItem.CaughtUp) {
          break;
        }
        if (item instanceof KernelLogItem.Kmsg(KmsgRecord record)) {
          assertTrue(record.sequence() > last);
          last = record.sequence();
        }
      }
      String mark = "bilgewatch-test-" + System.nanoTime();
      // Claims to be the kernel's: facility 0, level 5.
      String forged = "<5>audit: type=1400 audit(1.001:1): apparmor=\"DENIED\" " + mark + "\n";
      Files.write(device, forged.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
      KmsgRecord found = find(source, mark);
      assertFalse(found.isKernel());
      assertEquals(Optional.empty(), AuditRecord.ofKmsg(found));
      assertTrue(found.text().startsWith("audit: type=1400"), found.text());
    }
  }

  private static KmsgRecord find(KmsgSource source, String mark) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadline) {
      Optional<KernelLogItem> item = source.next(Duration.ofMillis(100));
      if (item.isPresent()
          && item.get() instanceof KernelLogItem.Kmsg(KmsgRecord record)
          && record.text().contains(mark)) {
        return record;
      }
    }
    throw new AssertionError("the line did not come");
  }
}
