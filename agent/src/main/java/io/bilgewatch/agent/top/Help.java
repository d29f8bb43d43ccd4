package io.bilgewatch.agent.top;

import io.bilgewatch.agent.text.Columns;
import java.util.List;

/** What {@code ?} shows. */
final class Help {
  private static final String TEXT =
      """
      Keys
        up, down, j, k     one container up or down     PgUp, PgDn, Home, End, g, G
        Enter              everything about the container under the cursor
        s, r               the next order; turned round
        /                  a filter: of name, image, Compose project; Esc ends it
        p                  holds the screen, and goes on
        Ctrl-L             paints everything again
        q, Ctrl-C          ends; in a text such as this q, Esc and Enter lead back

      Columns (sizes in powers of 1024)
        !! and !  a critical alert's or a warning's condition holds
        ROOT      ro: read-only, rw: writable, off: does not run
        LAYER     disk that its writable layer takes
        GROWTH    of the layer in the last minute, by the hour where it is slow;
                  t: of its tmpfs mounts, where they grow faster
        DISK      the layer's part of its quota, or of its file system without one
        TMPFS     used and size of its tmpfs mounts, together
        MEMORY    what is charged to it, and its limit
        RISK      above 1 a full tmpfs ends in an OOM kill, not in ENOSPC
        ENDS IN   what it runs into first: oom a kill, tmp a full tmpfs, quo its
                  quota, dsk the file system that it helps to fill
        SAFE      hardening checks that pass, of those that could be told
        KEPT      its contracts, where contracts.directory has some: yes, or no and how
                  many times; on a screen of 80 columns in the place of DISK
        LOG, OPEN its log files; deleted files that it holds open

        ?  can't be read    -  there is none    ...  is being measured
      The worst come first: what an alert's condition holds for, what ends soonest,
      what is nearly full, what grows fastest, what is largest.
      """;

  private Help() {}

  static List<Line> of(Columns columns, int width) {
    return TEXT.lines().map(line -> Line.builder(columns, width).add(line).done()).toList();
  }
}
