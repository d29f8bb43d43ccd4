package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that Docker's log drivers keep of a container, rotated and compressed ones too: they
 * grow with what it prints and are no part of its writable layer.
 *
 * <pre>{@code
 * <directory>/<id>-json.log, .1, .2.gz           json-file
 * <directory>/local-logs/container.log, .1.gz    local
 * <directory>/container-cached.log, .1           of drivers that can't be read back, since 20.10
 * }</pre>
 *
 * @param dataRoots as the host names them; a log file outside of all of them is not looked at
 */
public record ContainerLogs(HostRoot root, List<Path> dataRoots) {

  private static final String JSON_FILE = "-json.log";
  private static final String LOCAL_DIRECTORY = "local-logs";
  private static final String LOCAL = "container.log";
  private static final String CACHED = "container-cached.log";

  public ContainerLogs {
    dataRoots = List.copyOf(dataRoots);
  }

  /** The files of a directory whose name begins so. */
  private record Family(Path directory, String prefix) {}

  /** The sum of the files' sizes; not applicable to drivers that keep none. */
  public Reading<Long> bytes(Container container) {
    return bytes(container, new ArrayList<>());
  }

  /**
   * @param files gets those that were found
   */
  Reading<Long> bytes(Container container, List<Path> files) {
    long sum;
    try {
      sum = own(container.directory(), files);
      for (Family family : elsewhere(container)) {
        sum += sum(family, files);
      }
    } catch (IOException e) {
      return Reading.failed(e);
    } catch (DirectoryIteratorException e) {
      return Reading.failed(e.getCause());
    }
    return files.isEmpty() ? none(container) : Reading.of(sum);
  }

  /** A container that was never started has no log yet, which is no bytes. */
  private static Reading<Long> none(Container container) {
    return switch (container.hostConfig()) {
      case Reading.Missing<HostConfig> missing -> missing.as();
      case Reading.Present<HostConfig>(HostConfig host) ->
          switch (host.logDriver()) {
            case "json-file", "local" -> Reading.of(0L);
            default -> Reading.notApplicable("log driver without files: " + host.logDriver());
          };
    };
  }

  /**
   * Where the driver writes now; empty for a driver without files, and where the driver is not
   * known. The file need not exist yet.
   */
  public Optional<LogFile> current(Container container) {
    Path directory = container.directory();
    Optional<String> driver = container.hostConfig().optional().map(HostConfig::logDriver);
    return switch (driver.orElse("")) {
      case "" -> Optional.empty();
      case "json-file" -> Optional.of(new LogFile(jsonFile(container), LogFile.Format.JSON_LINES));
      case "local" ->
          Optional.of(
              new LogFile(
                  directory.resolve(LOCAL_DIRECTORY).resolve(LOCAL), LogFile.Format.LOCAL_ENTRIES));
      default ->
          Optional.of(new LogFile(directory.resolve(CACHED), LogFile.Format.LOCAL_ENTRIES))
              .filter(cache -> Files.isRegularFile(cache.path(), LinkOption.NOFOLLOW_LINKS));
    };
  }

  private Path jsonFile(Container container) {
    Path directory = container.directory();
    Path usual = directory.resolve(directory.getFileName() + JSON_FILE);
    try {
      return Files.exists(usual, LinkOption.NOFOLLOW_LINKS)
          ? usual
          : elsewhere(container).stream()
              .map(family -> family.directory().resolve(family.prefix()))
              .findFirst()
              .orElse(usual);
    } catch (IOException _) {
      return usual;
    }
  }

  /** Where its log files are, if {@link #isInOwnDirectory}; the second seldom is there. */
  static List<Path> ownDirectories(Container container) {
    return List.of(container.directory(), container.directory().resolve(LOCAL_DIRECTORY));
  }

  /** What is in the container's own directory, which is listed once for all drivers. */
  private static long own(Path directory, List<Path> found) throws IOException {
    String json = directory.getFileName() + JSON_FILE;
    long sum = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (isOf(name, json) || isOf(name, CACHED)) {
          sum += size(file, found);
        } else if (name.equals(LOCAL_DIRECTORY)) {
          sum += sum(new Family(file, LOCAL), found);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // It went away.
    }
    return sum;
  }

  /** Whether the state names no log file, or one that is with the container's others. */
  boolean isInOwnDirectory(Container container) {
    String logPath = container.state().logPath();
    if (!logPath.startsWith("/")) {
      return true;
    }
    try {
      Path parent = Path.of("/").resolve(logPath).normalize().getParent();
      return parent == null || root.host(parent).equals(container.directory());
    } catch (InvalidPathException _) {
      return true;
    }
  }

  /** The log file that the state names, where it is not in the container's directory. */
  private List<Family> elsewhere(Container container) throws IOException {
    if (isInOwnDirectory(container)) {
      return List.of();
    }
    try {
      Path file = Path.of("/").resolve(container.state().logPath()).normalize();
      Path parent = root.host(file.getParent()).toRealPath();
      return parent.equals(container.directory().toRealPath()) || !isBelowDataRoot(parent)
          ? List.of()
          : List.of(new Family(parent, file.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
  }

  private boolean isBelowDataRoot(Path real) throws IOException {
    List<Path> reals = new ArrayList<>();
    for (Path dataRoot : dataRoots) {
      if (Files.isDirectory(root.host(dataRoot))) {
        reals.add(root.host(dataRoot).toRealPath());
      }
    }
    return reals.stream().anyMatch(real::startsWith);
  }

  private static long sum(Family family, List<Path> found) throws IOException {
    long sum = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            family.directory(), file -> isOf(file.getFileName().toString(), family.prefix()))) {
      for (Path file : files) {
        sum += size(file, found);
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // A driver that was never used has no directory.
    }
    return sum;
  }

  /** The file itself, or a rotated one: {@code .1}, {@code .2.gz}. */
  private static boolean isOf(String name, String prefix) {
    return name.startsWith(prefix)
        && (name.length() == prefix.length() || name.charAt(prefix.length()) == '.');
  }

  private static long size(Path file, List<Path> found) throws IOException {
    try {
      BasicFileAttributes attributes = StateFiles.attributes(file);
      if (!attributes.isRegularFile()) {
        return 0;
      }
      found.add(file);
      return attributes.size();
    } catch (NoSuchFileException _) {
      // Rotated away while we looked.
      return 0;
    }
  }
}
