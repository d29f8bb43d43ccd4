package io.bilgewatch.tracefs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What threads asked the kernel for: each thread's last calls. Only what was certainly the last one
 * is an answer: where records were lost, what came before the loss may not have been the last, and
 * a write of long ago must not stand for the read that was refused just now.
 */
final class EnteredCalls {
  /** Calls of that many threads are kept from one look to the next: those that are still in one. */
  private static final int MOST_THREADS = 8192;

  private final Map<Integer, List<Entered>> byThread = new HashMap<>();
  private long completeSince = Long.MIN_VALUE;

  /**
   * @param flags of open(2)
   * @param path as the program gave it
   */
  record Entered(long nanos, String call, OptionalLong flags, Optional<String> path) {}

  void add(int tid, Entered entered) {
    byThread.computeIfAbsent(tid, _ -> new ArrayList<>(1)).add(entered);
  }

  /** All of the calls since then were added; of those before, some may be missing. */
  void completeSince(long nanos) {
    completeSince = Math.max(completeSince, nanos);
  }

  /** The call that a thread was in at a time, where it was of this name and was surely seen. */
  Optional<Entered> at(int tid, String call, long nanos) {
    return byThread.getOrDefault(tid, List.of()).stream()
        .filter(entered -> entered.nanos() <= nanos)
        .max((a, b) -> Long.compare(a.nanos(), b.nanos()))
        .filter(entered -> entered.nanos() >= completeSince && entered.call().equals(call));
  }

  /** Forgets all but what a thread may still be in. */
  void settle() {
    byThread.replaceAll((_, calls) -> last(calls));
    byThread.values().removeIf(calls -> calls.getFirst().nanos() < completeSince);
    if (byThread.size() > MOST_THREADS) {
      byThread.clear();
      completeSince(System.nanoTime());
    }
  }

  private static List<Entered> last(List<Entered> calls) {
    Entered last = calls.getFirst();
    for (Entered entered : calls) {
      last = entered.nanos() >= last.nanos() ? entered : last;
    }
    return calls.size() == 1 ? calls : new ArrayList<>(List.of(last));
  }
}
