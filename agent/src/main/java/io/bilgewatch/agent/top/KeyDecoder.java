package io.bilgewatch.agent.top;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes keys of what a terminal sends, which may come in pieces:
 *
 * <pre>
 * ESC [ A       up, by most; ESC O A in application mode
 * ESC [ 5 ~     page up
 * ESC [ 1 ; 5 A up with Ctrl, which is up here
 * ESC           alone, where nothing follows for a while
 * </pre>
 *
 * What is not understood is left out.
 */
final class KeyDecoder {
  private static final int ESC = 0x1b;

  /** Longer than any key; what is longer is none. */
  private static final int LONGEST = 32;

  private byte[] pending = new byte[0];

  /** The keys that are complete now. */
  List<Key> take(byte[] bytes) {
    byte[] all = Arrays.copyOf(pending, pending.length + bytes.length);
    System.arraycopy(bytes, 0, all, pending.length, bytes.length);
    List<Key> keys = new ArrayList<>();
    int from = 0;
    while (from < all.length) {
      int length = length(all, from);
      if (length > all.length - from) {
        break;
      }
      key(all, from, length).ifPresent(keys::add);
      from += length;
    }
    pending = Arrays.copyOfRange(all, from, all.length);
    if (pending.length > LONGEST) {
      pending = new byte[0];
    }
    return keys;
  }

  /** Whether the beginning of a key has come: the rest of it comes at once, or never. */
  boolean isPending() {
    return pending.length > 0;
  }

  /** Nothing more came: Escape by itself is a key, and the rest of it is none. */
  List<Key> end() {
    boolean escape = isPending() && pending[0] == ESC;
    pending = new byte[0];
    return escape ? List.of(Key.Named.ESCAPE) : List.of();
  }

  /** Of the key that begins there; more than there is where its end is still to come. */
  private static int length(byte[] all, int from) {
    int first = all[from] & 0xff;
    if (first != ESC) {
      return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }
    if (from + 1 == all.length) {
      return 2;
    }
    return switch (all[from + 1]) {
      case 'O' -> 3;
      case '[' -> sequence(all, from);
      // Escape, and then another key.
      default -> 1;
    };
  }

  /** Parameters, and then one byte that is none (ECMA-48); the Linux console has ESC [ [ A. */
  private static int sequence(byte[] all, int from) {
    int end = from + 2;
    if (end < all.length && all[end] == '[') {
      end++;
    }
    while (end < all.length && all[end] >= 0x20 && all[end] < 0x40) {
      end++;
    }
    return end - from + 1;
  }

  private static Optional<Key> key(byte[] all, int from, int length) {
    if (all[from] == ESC) {
      return Optional.ofNullable(length == 1 ? Key.Named.ESCAPE : special(all, from, length));
    }
    if (length > 1) {
      String text = new String(all, from, length, StandardCharsets.UTF_8);
      return text.codePoints().count() == 1 && text.codePointAt(0) != 0xfffd
          ? Optional.of(new Key.Typed(text.codePointAt(0)))
          : Optional.empty();
    }
    return single(all[from]);
  }

  private static Optional<Key> single(byte one) {
    Key.Named named =
        switch (one) {
          case 0x02 -> Key.Named.PAGE_UP;
          case 0x03 -> Key.Named.INTERRUPT;
          case 0x06 -> Key.Named.PAGE_DOWN;
          case 0x08, 0x7f -> Key.Named.BACKSPACE;
          case 0x0a, 0x0d -> Key.Named.ENTER;
          case 0x0c -> Key.Named.REDRAW;
          case 0x15 -> Key.Named.CLEAR;
          case 0x1a -> Key.Named.SUSPEND;
          default -> null;
        };
    if (named != null) {
      return Optional.of(named);
    }
    return one >= 0x20 ? Optional.of(new Key.Typed(one)) : Optional.empty();
  }

  private static Key.Named special(byte[] all, int from, int length) {
    if (all[from + 2] == '[') {
      return null;
    }
    byte last = all[from + length - 1];
    return switch (last) {
      case 'A' -> Key.Named.UP;
      case 'B' -> Key.Named.DOWN;
      case 'H' -> Key.Named.HOME;
      case 'F' -> Key.Named.END;
      case 'M' -> all[from + 1] == 'O' ? Key.Named.ENTER : null;
      case '~' -> all[from + 3] == '~' || all[from + 3] == ';' ? numbered(all[from + 2]) : null;
      default -> null;
    };
  }

  private static Key.Named numbered(byte number) {
    return switch (number) {
      case '1', '7' -> Key.Named.HOME;
      case '4', '8' -> Key.Named.END;
      case '5' -> Key.Named.PAGE_UP;
      case '6' -> Key.Named.PAGE_DOWN;
      default -> null;
    };
  }
}
