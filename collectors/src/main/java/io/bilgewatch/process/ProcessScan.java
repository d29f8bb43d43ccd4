package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The processes that were there at some time, to be looked at a few at a time. */
final class ProcessScan {
  private static final int MAX_DIGITS = 9;

  private final int[] processes;
  private int next;

  private ProcessScan(int[] processes) {
    this.processes = processes;
  }

  static ProcessScan of(HostRoot host) throws IOException {
    int[] found = new int[1024];
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(host.proc())) {
      for (Path entry : entries) {
        int pid = number(entry.getFileName().toString());
        if (pid > 0) {
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = pid;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new ProcessScan(Arrays.copyOf(found, count));
  }

  /** 0 for a name that is no number. */
  private static int number(String name) {
    boolean digits =
        name.length() <= MAX_DIGITS && name.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && !name.isEmpty() ? Integer.parseInt(name) : 0;
  }

  boolean hasNext() {
    return next < processes.length;
  }

  int next() {
    return processes[next++];
  }
}
