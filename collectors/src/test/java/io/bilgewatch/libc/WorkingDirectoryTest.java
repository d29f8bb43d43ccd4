package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By what /proc says of each thread. */
class WorkingDirectoryTest {
  private static final Path MINE = Path.of("/proc/thread-self/cwd");
  private static final Path OF_THE_PROCESS = Path.of("/proc/self/cwd");

  @TempDir private Path directory;

  @Test
  void movesOneThreadAloneAndBack() throws Exception {
    Path file = directory.resolve("file");
    Files.write(file, new byte[99]);
    Path start = Files.readSymbolicLink(MINE);
    try (Fd fd = open(directory);
        Fd above = open(directory.getParent());
        EntryName name = new EntryName();
        StatxBuffer stat = new StatxBuffer();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      WorkingDirectory workingDirectory = new WorkingDirectory();
      assertEquals(start, other.submit(() -> Files.readSymbolicLink(MINE)).get());
      name.set(KernelPath.of("file").bytes());
      for (int i = 0; i < 2; i++) {
        assertEquals(Libc.AT_FDCWD, workingDirectory.enter(above.number()));
        assertNotEquals(0, stat.entry(Libc.AT_FDCWD, name.address()));
        assertEquals(Libc.AT_FDCWD, workingDirectory.enter(fd.number()));
        assertEquals(0, stat.entry(Libc.AT_FDCWD, name.address()));
        assertEquals(Files.getAttribute(file, "unix:ino"), stat.inode());
        assertEquals(directory.toRealPath(), Files.readSymbolicLink(MINE));
        assertEquals(start, Files.readSymbolicLink(OF_THE_PROCESS));
        assertEquals(start, other.submit(() -> Files.readSymbolicLink(MINE)).get());

        workingDirectory.leave();
        assertEquals(start, Files.readSymbolicLink(MINE));
      }
    }
  }

  @Test
  void leavesAThreadThatMayGoOnInAnotherWhereItIs() throws Exception {
    Path start = Files.readSymbolicLink(MINE);
    try (Fd fd = open(directory)) {
      int lookup =
          elsewhere(
              Thread.ofVirtual(),
              () -> {
                int from = new WorkingDirectory().enter(fd.number());
                assertEquals(start, Files.readSymbolicLink(MINE));
                return from;
              });

      assertEquals(fd.number(), lookup);
    }
  }

  @Test
  void belongsToOneThread() throws Exception {
    try (Fd fd = open(directory)) {
      WorkingDirectory workingDirectory = new WorkingDirectory();
      workingDirectory.enter(fd.number());

      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> elsewhere(Thread.ofPlatform(), () -> workingDirectory.enter(fd.number())));
      assertInstanceOf(IllegalStateException.class, refused.getCause());
      workingDirectory.leave();
    }
  }

  private static <T> T elsewhere(Thread.Builder threads, Callable<T> task)
      throws ExecutionException, InterruptedException {
    FutureTask<T> future = new FutureTask<>(task);
    threads.start(future);
    return future.get();
  }

  private static Fd open(Path path) throws IOException {
    return Fd.open(path, Fd.O_PATH | Fd.O_DIRECTORY);
  }
}
