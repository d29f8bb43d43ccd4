package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a container may do to its files, at random: through the overlay's merged directory. Tells of
 * each write that fanotify tells of, as the path in the container.
 */
final class Mischief {
  private final Path merged;
  private final Random random;
  private final Consumer<KernelPath> told;
  private final List<Path> directories = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private int names;

  Mischief(Path merged, Random random, Consumer<KernelPath> told) throws IOException {
    this.merged = merged;
    this.random = random;
    this.told = told;
    look();
  }

  /** What is there now. */
  private void look() throws IOException {
    directories.clear();
    files.clear();
    try (Stream<Path> all = Files.walk(merged)) {
      all.forEach(path -> {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          directories.add(path);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          files.add(path);
        }
      });
    }
  }

  /** One thing more; its name. */
  String once() throws IOException {
    Path directory = one(directories);
    if (files.isEmpty()) {
      return write(directory.resolve(name()), 0, "create");
    }
    Path file = one(files);
    String did =
        switch (random.nextInt(14)) {
          case 0 -> write(directory.resolve(name()), random.nextInt(40_000), "write");
          case 1 -> append(file);
          case 2 -> truncate(file);
          case 3 -> map(file);
          case 4 -> makeDirectories(directory);
          case 5 -> move(file, directory);
          case 6 -> moveDirectory(directory);
          case 7 -> unlink(file);
          case 8 -> link(file, directory);
          case 9 -> symbolicLink(directory);
          case 10 -> chmod(file);
          case 11 -> replace(directory);
          case 12 -> write(file, random.nextInt(40_000), "overwrite");
          default -> removeTree(directory);
        };
    return did;
  }

  private String name() {
    return "n" + names++ + "é".repeat(random.nextInt(2));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void tell(Path file) {
    told.accept(KernelPath.of("/" + merged.relativize(file)));
  }

  private String write(Path file, int bytes, String what) throws IOException {
    if (Files.notExists(file)) {
      files.add(file);
    }
    Files.write(file, new byte[bytes]);
    tell(file);
    return what;
  }

  private String append(Path file) throws IOException {
    Files.write(file, new byte[1 + random.nextInt(20_000)], StandardOpenOption.APPEND);
    tell(file);
    return "append";
  }

  /** By its name, which no event tells of; ftruncate's descriptor is closed, which one does. */
  private String truncate(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(random.nextInt(30_000));
    }
    if (random.nextBoolean()) {
      tell(file);
    }
    return "truncate";
  }

  private String map(Path file) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      channel
          .map(FileChannel.MapMode.READ_WRITE, random.nextInt(20_000), 9_000, arena)
          .set(ValueLayout.JAVA_BYTE, 5, (byte) 1);
    }
    return "mmap";
  }

  private String makeDirectories(Path directory) throws IOException {
    Path first = Files.createDirectory(directory.resolve(name()));
    directories.add(first);
    directories.add(Files.createDirectory(first.resolve(name())));
    return "mkdir";
  }

  private String move(Path file, Path directory) throws IOException {
    Path to = directory.resolve(name());
    Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
    files.remove(file);
    files.add(to);
    return "rename";
  }

  /** One of the image can't be moved without redirect_dir. */
  private String moveDirectory(Path directory) throws IOException {
    Path to = one(directories);
    if (directory.equals(merged) || to.startsWith(directory)) {
      return "nothing";
    }
    try {
      Files.move(directory, to.resolve(name()), StandardCopyOption.ATOMIC_MOVE);
      look();
      return "rename directory";
    } catch (IOException e) {
      return "nothing";
    }
  }

  private String unlink(Path file) throws IOException {
    Files.delete(file);
    files.remove(file);
    return "unlink";
  }

  private String link(Path file, Path directory) throws IOException {
    files.add(Files.createLink(directory.resolve(name()), file));
    return "link";
  }

  private String symbolicLink(Path directory) throws IOException {
    Files.createSymbolicLink(
        directory.resolve(name()), Path.of("x".repeat(random.nextInt(90) + 1)));
    return "symlink";
  }

  private String chmod(Path file) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(random.nextBoolean() ? "rwx------" : "rw-r-----"));
    return "chmod";
  }

  /** What was below is hidden by an opaque directory, where the image had it. */
  private String replace(Path directory) throws IOException {
    if (directory.equals(merged)) {
      return "nothing";
    }
    removeTree(directory);
    directories.add(Files.createDirectory(directory));
    return "replace";
  }

  private String removeTree(Path directory) throws IOException {
    if (directory.equals(merged)) {
      return "nothing";
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    look();
    return "remove tree";
  }
}
