package io.bilgewatch.kernel;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads files of {@code /proc}, {@code /sys} and Docker's state whole. Sizes that the file system
 * reports are not believed, nothing is cut silently, and a file past the bound is an error.
 */
public final class KernelFile {
  /** The mount table of a host with thousands of containers; more would not fit a small heap. */
  public static final int MAX_BYTES = 8 << 20;

  private static final int FIRST_BUFFER = 8 << 10;

  private KernelFile() {}

  /**
   * @throws java.nio.file.NoSuchFileException where the file is not there
   * @throws java.nio.file.AccessDeniedException where it may not be read
   * @throws IOException where reading fails, also with ESRCH for a process that has gone
   */
  public static byte[] read(Path file) throws IOException {
    return read(file, MAX_BYTES);
  }

  /** As {@link #read(Path)}, with a smaller bound. */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[Math.min(FIRST_BUFFER, maxBytes + 1)];
      int length = 0;
      while (true) {
        int count = in.read(buffer, length, buffer.length - length);
        if (count < 0) {
          return Arrays.copyOf(buffer, length);
        }
        length += count;
        if (length > maxBytes) {
          throw new IOException(file + ": larger than " + maxBytes + " bytes");
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, Math.min(2 * length, maxBytes + 1));
        }
      }
    }
  }

  /** The file as text; for files whose text no container chooses. */
  public static String readText(Path file) throws IOException {
    return new String(read(file), StandardCharsets.UTF_8);
  }

  /** Whether the error means that the thing went away while it was looked at. */
  public static boolean isGone(IOException error) {
    return cause(error) == Reading.Cause.VANISHED;
  }

  /** The kind of reason; never from a part of the text that holds a file's name. */
  static Reading.Cause cause(IOException error) {
    return switch (error) {
      case Malformed _ -> Reading.Cause.MALFORMED;
      case Caused caused -> caused.cause();
      case NoSuchFileException _ -> Reading.Cause.VANISHED;
      case FileNotFoundException _ -> Reading.Cause.VANISHED;
      case AccessDeniedException _ -> Reading.Cause.NOT_PERMITTED;
      case FileSystemException named -> byReason(named.getReason());
      default -> byReason(error.getMessage());
    };
  }

  /** In the words of strerror(3), which the JDK hands on. */
  private static Reading.Cause byReason(String reason) {
    return switch (reason) {
      case "Permission denied", "Operation not permitted" -> Reading.Cause.NOT_PERMITTED;
      case "No such process", "No such file or directory", "No such device" ->
          Reading.Cause.VANISHED;
      case "Function not implemented", "Operation not supported" -> Reading.Cause.UNSUPPORTED;
      case null, default -> Reading.Cause.FAILED;
    };
  }
}
