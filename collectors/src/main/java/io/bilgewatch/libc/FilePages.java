package io.bilgewatch.libc;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages of files that this process has mapped to read or to run, as proc_pid_smaps(5) tells:
 *
 * <pre>
 * 7f72a2000000-7f72a3400000 r-xp 00000000 fe:00 1234      /usr/lib/jvm/lib/server/libjvm.so
 * Rss:               15600 kB
 * Anonymous:             0 kB
 * Swap:                  0 kB
 * </pre>
 */
public final class FilePages {
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_NOHUGEPAGE = 15;

  private FilePages() {}

  /** A mapping none of whose pages was ever written to. */
  record Mapping(long begin, long end) {}

  /**
   * Gives up those that a start needed and nothing else may: what is used again is mapped again,
   * from the page cache, in small pieces. A file that the page cache holds in huge pages would
   * otherwise come back 2 MiB at a time, for whichever byte of them is read.
   *
   * @return how many bytes of address space they cover
   * @throws IOException where it is not told what is mapped, or the kernel refuses
   */
  public static long giveUp() throws IOException {
    byte[] smaps = KernelFile.read(HostRoot.LIVE.proc("self", "smaps"));
    long bytes = 0;
    for (Mapping mapping : unwritten(new String(smaps, StandardCharsets.ISO_8859_1))) {
      long length = mapping.end - mapping.begin;
      // A kernel without huge pages refuses the first, and has none to map.
      Libc.madvise(mapping.begin, length, MADV_NOHUGEPAGE);
      if (Libc.madvise(mapping.begin, length, MADV_DONTNEED) != 0) {
        throw new ErrnoException("madvise", "pages of a file", Errno.last());
      }
      bytes += length;
    }
    return bytes;
  }

  /** A page that was written to, in memory or swapped out, would come back as it is in the file. */
  static List<Mapping> unwritten(String smaps) {
    List<Mapping> all = new ArrayList<>();
    Mapping mapping = null;
    int clean = 0;
    for (String line : smaps.lines().toList()) {
      String[] words = line.split(" +", 7);
      if (words[0].indexOf('-') > 0 && !words[0].endsWith(":")) {
        mapping = isReadOnlyFile(words) ? range(words[0]) : null;
        clean = 0;
      } else if (mapping != null
          && words.length > 1
          && (words[0].equals("Anonymous:") || words[0].equals("Swap:"))
          && words[1].equals("0")) {
        // Both must be told.
        clean++;
        if (clean == 2) {
          all.add(mapping);
        }
      }
    }
    return all;
  }

  private static boolean isReadOnlyFile(String[] words) {
    return words.length > 5 && words[1].startsWith("r-") && words[5].startsWith("/");
  }

  private static Mapping range(String word) {
    int dash = word.indexOf('-');
    return new Mapping(
        Long.parseUnsignedLong(word, 0, dash, 16),
        Long.parseUnsignedLong(word, dash + 1, word.length(), 16));
  }
}
