package io.bilgewatch.kernel;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path or file name as the kernel has it: bytes without NUL, in no particular encoding. A
 * container chooses them. {@link #toString} is for people: valid UTF-8, with the bytes that are not
 * (and control characters) shown as {@code \xNN}; two different paths may never be told apart by
 * it, so equality is by bytes.
 */
public final class KernelPath implements Comparable<KernelPath> {
  private final byte[] bytes;

  /** Of the bytes, once somebody asked; 0 is asked again. */
  private int hash;

  private KernelPath(byte[] bytes) {
    this.bytes = bytes;
  }

  public static KernelPath of(byte[] bytes) {
    return new KernelPath(bytes.clone());
  }

  public static KernelPath of(byte[] bytes, int from, int to) {
    return new KernelPath(Arrays.copyOfRange(bytes, from, to));
  }

  public static KernelPath of(String text) {
    return new KernelPath(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes with a NUL behind them, as system calls take them. */
  public byte[] terminated() {
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  public int length() {
    return bytes.length;
  }

  public byte at(int index) {
    return bytes[index];
  }

  public boolean isAbsolute() {
    return bytes.length > 0 && bytes[0] == '/';
  }

  /** The path of an entry of this directory. */
  public KernelPath resolve(KernelPath name) {
    boolean slash = bytes.length > 0 && bytes[bytes.length - 1] != '/';
    byte[] joined = Arrays.copyOf(bytes, bytes.length + (slash ? 1 : 0) + name.bytes.length);
    if (slash) {
      joined[bytes.length] = '/';
    }
    System.arraycopy(name.bytes, 0, joined, joined.length - name.bytes.length, name.bytes.length);
    return new KernelPath(joined);
  }

  /** Whether this is the given directory or something below it. */
  public boolean isAtOrBelow(KernelPath directory) {
    int length = directory.bytes.length;
    if (length == 1 && directory.bytes[0] == '/') {
      return isAbsolute();
    }
    return bytes.length >= length
        && Arrays.equals(bytes, 0, length, directory.bytes, 0, length)
        && (bytes.length == length || bytes[length] == '/');
  }

  /** Bytes for people: valid UTF-8, everything else as {@code \xNN}. */
  public static String display(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer out = CharBuffer.allocate(to - from + 1);
    while (true) {
      CoderResult result = decoder.reset().decode(in, out, true);
      out.flip();
      appendPrintable(text, out);
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        appendEscaped(text, in.get());
      }
    }
  }

  private static void appendPrintable(StringBuilder text, CharBuffer chars) {
    while (chars.hasRemaining()) {
      char c = chars.get();
      if (c < 0x20 || c == 0x7f) {
        appendEscaped(text, (byte) c);
      } else {
        text.append(c);
      }
    }
  }

  private static void appendEscaped(StringBuilder text, byte b) {
    text.append("\\x")
        .append(Character.forDigit((b >> 4) & 0xf, 16))
        .append(Character.forDigit(b & 0xf, 16));
  }

  @Override
  public int compareTo(KernelPath other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other == this || (other instanceof KernelPath path && Arrays.equals(bytes, path.bytes));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(bytes);
      hash = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return display(bytes, 0, bytes.length);
  }
}
