package io.bilgewatch.mount;

import io.bilgewatch.kernel.Cursor;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses {@code /proc/<pid>/mountinfo} (proc_pid_mountinfo(5), Documentation/filesystems/proc.rst
 * 3.5):
 *
 * <pre>
 * 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 * id
 *    parent id
 *       major:minor
 *            root
 *                  mount point
 *                        per-mount options
 *                                   optional fields, any number, ended by a single hyphen
 *                                              type source     super options, to the line's end
 * </pre>
 *
 * <p>Fields are parted first and decoded after. Root, mount point, type and source have blank, tab,
 * newline, backslash and {@code #} written in octal. The source may be empty; super options may
 * hold blanks. Bytes that are not UTF-8 stand in texts as the kernel's own octal escapes, so that
 * nothing is lost.
 */
public final class MountInfo {
  private static final String SOURCE = "mountinfo";

  /** Longer ones are an overlay's, and are alike for nobody. */
  private static final int SHORT = 100;

  private static final Alike ALIKE = new Alike();

  private MountInfo() {}

  /**
   * All lines.
   *
   * @throws Malformed for the first line that is none
   */
  public static List<Mount> parse(byte[] text) throws Malformed {
    List<Mount> mounts = new ArrayList<>();
    for (int from = 0; from < text.length; ) {
      int to = endOfLine(text, from);
      mounts.add(line(text, from, to));
      from = to + 1;
    }
    return List.copyOf(mounts);
  }

  static int endOfLine(byte[] text, int from) {
    int to = from;
    while (to < text.length && text[to] != '\n') {
      to++;
    }
    return to;
  }

  static Mount line(byte[] text, int from, int to) throws Malformed {
    Cursor field = new Cursor(SOURCE, text, from, to);
    int id = field.next("a mount id").integer("a mount id");
    int parentId = field.next("a parent id").integer("a parent id");
    int colon = colon(text, field.next("major:minor"));
    int major = field.integer(field.from(), colon, "a major number");
    int minor = field.integer(colon + 1, field.to(), "a minor number");
    field.next("a root");
    KernelPath root = shared(Octal.path(text, field.from(), field.to()), field);
    field.next("a mount point");
    KernelPath mountPoint = shared(Octal.path(text, field.from(), field.to()), field);
    List<String> options = options(text, field.next("mount options"));
    List<String> optional = optional(text, field);
    String fsType = shared(decoded(text, field.next("a file system type")), field);
    String source = shared(decoded(text, field.next("a source")), field);
    String superOptions = shared(asWritten(text, field.rest("super options")), field);
    return new Mount(
        id,
        parentId,
        major,
        minor,
        root,
        mountPoint,
        options,
        optional,
        fsType,
        source,
        superOptions);
  }

  private static int colon(byte[] text, Cursor field) throws Malformed {
    for (int i = field.from(); i < field.to(); i++) {
      if (text[i] == ':') {
        return i;
      }
    }
    throw field.malformed(field.from(), "major:minor");
  }

  /** What a field says, once for all tables that say the same. */
  private static <T> T shared(T value, Cursor field) {
    return field.to() - field.from() > SHORT ? value : ALIKE.first(value);
  }

  private static List<String> options(byte[] text, Cursor field) {
    return shared(List.of(asWritten(text, field).split(",", -1)), field);
  }

  private static List<String> optional(byte[] text, Cursor field) throws Malformed {
    List<String> tags = new ArrayList<>();
    while (!field.next("a single hyphen").is('-')) {
      tags.add(asWritten(text, field));
    }
    return tags;
  }

  private static String decoded(byte[] text, Cursor field) {
    byte[] bytes = Octal.decode(text, field.from(), field.to());
    return Octal.text(bytes, 0, bytes.length);
  }

  private static String asWritten(byte[] text, Cursor field) {
    return Octal.text(text, field.from(), field.to());
  }
}
