package io.bilgewatch.kernellog;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads what the kernel itself says of messages that it did not write.
 *
 * <pre>
 * kauditd_printk_skb: 42 callbacks suppressed             lib/ratelimit.c: any function's name in front
 * audit: audit_lost=118 audit_rate_limit=0 audit_backlog_limit=64      a sum since boot
 * audit: backlog limit exceeded                           why, right behind the line with the sum
 * audit: rate limit exceeded
 * audit: kauditd hold queue overflow
 * </pre>
 *
 * <p>A container can't write any of these: it may choose a command's name, but not how a line of
 * the kernel begins.
 */
final class ToldLosses {
  private static final String SUPPRESSED = " callbacks suppressed";
  private static final String AUDIT = "audit: ";
  private static final String LOST = "audit: audit_lost=";

  /** What copies audit records into the log, now and until Linux 4.9. */
  private static final Set<String> COPIERS = Set.of("kauditd_printk_skb", "audit_printk_skb");

  private static final int MOST_CHARS = 128;
  private static final long UNKNOWN = -1;
  private static final long WRAPS = 1L << 32;

  private long sumBefore = UNKNOWN;
  private boolean reasonIsCounted;

  /** The loss that a record tells of. */
  Optional<KernelLogItem> read(KmsgRecord record) {
    String text = record.text();
    if (!record.isKernel() || text.length() > MOST_CHARS) {
      return Optional.empty();
    }
    boolean counted = reasonIsCounted;
    reasonIsCounted = text.startsWith(LOST);
    if (reasonIsCounted) {
      return Optional.of(new KernelLogItem.Lost(lost(text), text));
    }
    if (text.endsWith(SUPPRESSED)) {
      return suppressed(text);
    }
    boolean reason =
        text.startsWith(AUDIT)
            && (text.endsWith(" limit exceeded") || text.endsWith(" queue overflow"));
    return reason && !counted
        ? Optional.of(new KernelLogItem.Lost(OptionalLong.empty(), text))
        : Optional.empty();
  }

  /** How many since the last such line; the first one tells only the sum since boot. */
  private OptionalLong lost(String text) {
    long sum = number(text, LOST.length(), text.indexOf(' ', LOST.length()));
    long before = sumBefore;
    sumBefore = sum;
    return sum == UNKNOWN || before == UNKNOWN
        ? OptionalLong.empty()
        : OptionalLong.of(sum >= before ? sum - before : sum + WRAPS - before);
  }

  private static Optional<KernelLogItem> suppressed(String text) {
    int colon = text.indexOf(": ");
    int end = text.length() - SUPPRESSED.length();
    if (colon <= 0 || text.lastIndexOf(' ', colon) >= 0) {
      return Optional.empty();
    }
    long count = number(text, colon + 2, end);
    return count == UNKNOWN
        ? Optional.empty()
        : Optional.of(
            COPIERS.contains(text.substring(0, colon))
                ? new KernelLogItem.Withheld(count, text)
                : new KernelLogItem.Lost(OptionalLong.of(count), text));
  }

  private static long number(String text, int from, int to) {
    if (to <= from || to - from > 10) {
      return UNKNOWN;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return UNKNOWN;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
