package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.RecordFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ring buffers of an instance, one for each CPU. Not for several threads. */
final class CpuBuffers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CpuBuffers.class);

  private final List<RecordFile> buffers;
  private final byte[] page;
  private int first;
  private boolean told;

  /**
   * @param lost records that were overwritten before they were read
   * @param unreadable records and rests of pages that were not understood
   * @param completeSince where something was lost: since when, by the trace's clock, all CPUs'
   *     records are there
   */
  record Drained(long lost, long unreadable, long completeSince) {}

  private CpuBuffers(List<RecordFile> buffers, int pageBytes) {
    this.page = new byte[pageBytes];
    this.buffers = List.copyOf(buffers);
  }

  static CpuBuffers open(Path instance, int pageBytes) throws IOException {
    List<RecordFile> opened = new ArrayList<>();
    try (DirectoryStream<Path> cpus = Files.newDirectoryStream(instance.resolve("per_cpu"))) {
      for (Path cpu : cpus) {
        opened.add(RecordFile.open(cpu.resolve("trace_pipe_raw"), Fd.O_RDONLY, pageBytes));
      }
      return new CpuBuffers(opened, pageBytes);
    } catch (IOException | RuntimeException e) {
      opened.forEach(RecordFile::close);
      throw e;
    }
  }

  /**
   * Each time another CPU comes first, so that a busy one can't keep the others from being read.
   */
  Drained drain(BooleanSupplier more, RingPage.Sink sink) throws IOException {
    Drained sum = new Drained(0, 0, Long.MIN_VALUE);
    for (int i = 0; i < buffers.size(); i++) {
      RecordFile buffer = buffers.get((first + i) % buffers.size());
      int length = more.getAsBoolean() ? buffer.read(page) : 0;
      while (length > 0) {
        sum = read(length, sink, sum);
        length = more.getAsBoolean() ? buffer.read(page) : 0;
      }
    }
    first = (first + 1) % buffers.size();
    return sum;
  }

  private Drained read(int length, RingPage.Sink sink, Drained sum) {
    long[] unreadable = {sum.unreadable()};
    try {
      RingPage read = new RingPage(page, length);
      long since = read.lost() > 0 ? read.sinceNanos() : Long.MIN_VALUE;
      Drained now = new Drained(sum.lost() + read.lost(), 0, Math.max(sum.completeSince(), since));
      readRecords(read, sink, unreadable);
      return new Drained(now.lost(), unreadable[0], now.completeSince());
    } catch (Malformed e) {
      tell(e);
      // What the rest of the page held is not known.
      return new Drained(sum.lost(), unreadable[0] + 1, System.nanoTime());
    }
  }

  private void readRecords(RingPage read, RingPage.Sink sink, long[] unreadable) throws Malformed {
    read.read(record -> {
      try {
        sink.take(record);
      } catch (Malformed e) {
        tell(e);
        unreadable[0]++;
      }
    });
  }

  private void tell(Malformed e) {
    if (!told) {
      LOG.warn(
          "a record of the trace is not understood, later ones are only counted: {}",
          e.getMessage());
      told = true;
    }
  }

  @Override
  public void close() {
    buffers.forEach(RecordFile::close);
  }
}
