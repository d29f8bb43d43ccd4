package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.KernelLogSource;
import io.bilgewatch.kernellog.KmsgRecord;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A source that fails, a record that makes its reader throw, and the account of both. */
class KernelLogThreadTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final BlockingQueue<KernelLogItem> items = new LinkedBlockingQueue<>();
  private final List<String> read = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger opened = new AtomicInteger();
  private volatile boolean fails;
  private volatile boolean copiesNeeded;

  @Test
  void historyIsReadAndNotCountedAndWhatIsNewIsBoth() {
    try (KernelLogThread thread = thread(() -> new KernelLogThread.Opened("fake", source()))) {
      items.add(record(1, "old"));
      items.add(new KernelLogItem.Lost(OptionalLong.of(7), "before"));
      items.add(new KernelLogItem.CaughtUp());
      items.add(record(2, "new"));
      items.add(new KernelLogItem.Lost(OptionalLong.of(5), "overrun"));
      items.add(new KernelLogItem.Lost(OptionalLong.empty(), "nobody knows how many"));
      thread.start();
      Await.until("all", SOON, () -> thread.source().lost() == 6);
      assertEquals(1, thread.source().records());
      assertEquals(List.of("before: old", "new"), List.copyOf(read));
      assertTrue(thread.isRead());
    }
  }

  @Test
  void copiesThatDidNotComeAreLostOnlyToWhoNeedsThem() {
    try (KernelLogThread thread = thread(() -> new KernelLogThread.Opened("fake", source()))) {
      items.add(new KernelLogItem.CaughtUp());
      items.add(new KernelLogItem.Withheld(42, "42 callbacks suppressed"));
      items.add(record(1, "behind it"));
      thread.start();
      Await.until("the record", SOON, () -> read.contains("behind it"));
      assertEquals(0, thread.source().lost());
      copiesNeeded = true;
      items.add(new KernelLogItem.Withheld(42, "42 callbacks suppressed"));
      Await.until("counted", SOON, () -> thread.source().lost() == 42);
    }
  }

  @Test
  void aRecordThatCanNotBeReadIsOneLostAndTheNextIsRead() {
    try (KernelLogThread thread = thread(() -> new KernelLogThread.Opened("fake", source()))) {
      items.add(new KernelLogItem.CaughtUp());
      items.add(record(1, "throw"));
      items.add(record(2, "fine"));
      thread.start();
      Await.until("the next", SOON, () -> read.contains("fine"));
      assertEquals(1, thread.source().lost());
      assertEquals(Outcome.COLLECTED, thread.status().outcome());
    }
  }

  @Test
  void aSourceThatFailsIsOpenedAgain() {
    try (KernelLogThread thread = thread(() -> new KernelLogThread.Opened("fake", source()))) {
      thread.start();
      Await.until("open", SOON, thread::isRead);
      fails = true;
      Await.until("failed", SOON, () -> !thread.isRead());
      assertEquals(Outcome.FAILED, thread.status().outcome());
      assertEquals("the device is gone", thread.status().detail());
      fails = false;
      Await.until("open again", SOON, thread::isRead);
      assertTrue(opened.get() >= 2);
    }
  }

  @Test
  void whatMayNotBeReadSaysSoAndHoldsNobodyUp() throws InterruptedException {
    try (KernelLogThread thread =
        thread(() -> {
          throw new AccessDeniedException("/dev/kmsg", null, "Operation not permitted");
        })) {
      thread.start();
      thread.awaitTried(SOON);
      Await.until("told", SOON, () -> thread.status().outcome() == Outcome.FAILED);
      assertFalse(thread.source().transport().isPresent());
      assertTrue(thread.status().detail().contains("not permitted"), thread.status().detail());
    }
  }

  private KernelLogThread thread(KernelLogThread.Opener opener) {
    return new KernelLogThread(
        "fake", opener, new Reader(), InstantSource.system(), Duration.ofMillis(50));
  }

  private final class Reader implements KernelLogThread.Reader {
    @Override
    public void read(KernelLogItem item, boolean before) {
      if (item instanceof KernelLogItem.Kmsg(KmsgRecord record)) {
        if (record.text().equals("throw")) {
          throw new IllegalStateException("a hostile record");
        }
        read.add((before ? "before: " : "") + record.text());
      }
    }

    @Override
    public boolean needsCopies() {
      return copiesNeeded;
    }

    @Override
    public void pause() {}
  }

  private KernelLogSource source() {
    opened.incrementAndGet();
    return new KernelLogSource() {
      @Override
      public String name() {
        return "fake";
      }

      @Override
      public Optional<KernelLogItem> next(Duration patience) throws IOException {
        if (fails) {
          throw new IOException("the device is gone");
        }
        try {
          return Optional.ofNullable(items.poll(20, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }

      @Override
      public void close() {}
    };
  }

  private static KernelLogItem record(long sequence, String text) {
    return new KernelLogItem.Kmsg(
        new KmsgRecord(6, 0, sequence, Duration.ofSeconds(5), false, text, Map.of()));
  }
}
