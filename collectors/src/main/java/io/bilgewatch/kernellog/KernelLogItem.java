package io.bilgewatch.kernellog;

import java.util.Objects;
import java.util.OptionalLong;

/** What a source of the kernel's log yields, in its order. */
public sealed interface KernelLogItem {

  /** A record of {@code /dev/kmsg}. */
  record Kmsg(KmsgRecord record) implements KernelLogItem {
    public Kmsg {
      Objects.requireNonNull(record, "record");
    }
  }

  /** An audit record that came by itself and not through {@code /dev/kmsg}. */
  record Audit(AuditRecord record) implements KernelLogItem {
    public Audit {
      Objects.requireNonNull(record, "record");
    }
  }

  /**
   * Something is missing at this place.
   *
   * @param records how many, where that is known
   * @param why for people
   */
  record Lost(OptionalLong records, String why) implements KernelLogItem {
    public Lost {
      Objects.requireNonNull(records, "records");
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * Copies of audit records that the kernel did not write into its log, which it bounds to ten in
   * five seconds: lost to who has no other source of them.
   */
  record Withheld(long records, String why) implements KernelLogItem {
    public Withheld {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Comes once: all before it is history, and all behind it is new. */
  record CaughtUp() implements KernelLogItem {}

  /** The source had to be opened anew; what was already read does not come again. */
  record Reopened(String why) implements KernelLogItem {
    public Reopened {
      Objects.requireNonNull(why, "why");
    }
  }
}
