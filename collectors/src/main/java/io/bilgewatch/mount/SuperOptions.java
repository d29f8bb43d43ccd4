package io.bilgewatch.mount;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes super options apart at their commas:
 *
 * <pre>
 * rw,context="system_u:object_r:container_file_t:s0:c1,c2",lowerdir+=/l1,lowerdir+=/l2,upperdir=/a\054b
 * </pre>
 *
 * <p>A comma within a value is written in octal; only SELinux quotes its contexts instead ({@code
 * selinux_sb_show_options}), and overlayfs before Linux 4.4 wrote what the mounter had: a backslash
 * and the comma.
 */
final class SuperOptions {
  private SuperOptions() {}

  static List<String> split(String options, boolean backslashEscapes) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from <= options.length()) {
      int to = end(options, from, backslashEscapes);
      parts.add(options.substring(from, to));
      from = to + 1;
    }
    return parts;
  }

  private static int end(String options, int from, boolean backslashEscapes) {
    int start = behindQuotedContext(options, from);
    for (int i = start; i < options.length(); i++) {
      char c = options.charAt(i);
      if (c == ',') {
        return i;
      }
      if (c == '\\' && backslashEscapes) {
        i++;
      }
    }
    return options.length();
  }

  private static int behindQuotedContext(String options, int from) {
    int quote = options.indexOf("=\"", from);
    int comma = options.indexOf(',', from);
    boolean context =
        quote >= 0
            && (comma < 0 || quote < comma)
            && options.substring(from, quote).endsWith("context");
    int close = context ? options.indexOf('"', quote + 2) : -1;
    return close < 0 ? from : close + 1;
  }
}
