package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.config.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The contracts of one directory: its files that end in {@code .yml} or {@code .yaml}. A file is
 * read again where it is another than before; of one that is broken then, what it last said stands.
 * Not for several threads.
 */
public final class ContractFolder {
  static final int MOST_FILES = 256;

  private final Path folder;
  private Map<Path, Known> files = Map.of();
  private Found last = new Found(List.of(), List.of());

  /** What makes one state of a file another than the one before. */
  private record Stamp(String key) {}

  private record Known(Stamp stamp, Optional<Contract> contract, List<Problem> problems) {}

  /**
   * What is there.
   *
   * @param problems with files whose contract is missing or is the one of before
   */
  public record Found(List<Contract> contracts, List<Problem> problems) {
    public Found {
      contracts = List.copyOf(contracts);
      problems = List.copyOf(problems);
    }
  }

  public ContractFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The contracts of a file, or of all files of a directory.
   *
   * @throws ConfigurationException with everything that is wrong in any of them
   */
  public static List<Contract> read(Path place) throws ConfigurationException {
    if (!Files.isDirectory(place)) {
      return List.of(ContractFile.read(place));
    }
    Found found = new ContractFolder(place).look();
    if (!found.problems().isEmpty()) {
      throw new ConfigurationException(found.problems());
    }
    return found.contracts();
  }

  /** The very same object where no file is another than before. */
  public Found look() {
    Map<Path, Known> now = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    try {
      for (Path file : list(problems)) {
        now.put(file, known(file));
      }
    } catch (IOException e) {
      problems.add(new Problem(folder.toString(), TextFile.reason(e)));
      return found(files, problems);
    }
    files = now;
    return found(now, problems);
  }

  private List<Path> list(List<Problem> problems) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> found =
          all.filter(ContractFolder::isContract).sorted().limit(MOST_FILES + 1L).toList();
      if (found.size() > MOST_FILES) {
        String what = "more than %d contracts; the others are not read".formatted(MOST_FILES);
        problems.add(new Problem(folder.toString(), what));
      }
      return found.subList(0, Math.min(MOST_FILES, found.size()));
    }
  }

  private static boolean isContract(Path file) {
    String name = String.valueOf(file.getFileName());
    return (name.endsWith(".yml") || name.endsWith(".yaml")) && !name.startsWith(".");
  }

  private Known known(Path file) {
    Known before = files.get(file);
    Stamp stamp = stamp(file);
    if (before != null && before.stamp().equals(stamp)) {
      return before;
    }
    try {
      return new Known(stamp, Optional.of(ContractFile.read(file)), List.of());
    } catch (ConfigurationException e) {
      Optional<Contract> stands = before == null ? Optional.empty() : before.contract();
      return new Known(stamp, stands, e.problems());
    }
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(is.lastModifiedTime() + " " + is.size() + " " + is.fileKey());
    } catch (IOException e) {
      return new Stamp(TextFile.reason(e));
    }
  }

  private Found found(Map<Path, Known> known, List<Problem> more) {
    List<Contract> contracts = new ArrayList<>();
    List<Problem> problems = new ArrayList<>(more);
    Map<String, Path> names = new HashMap<>();
    known.forEach((file, one) -> {
      problems.addAll(one.problems());
      if (one.contract().isPresent()) {
        Path first = names.putIfAbsent(one.contract().get().name(), file);
        if (first == null) {
          contracts.add(one.contract().get());
        } else {
          problems.add(
              new Problem(
                  file.toString(),
                  "\"%s\" is the name of %s too".formatted(one.contract().get().name(), first)));
        }
      }
    });
    Found now = new Found(contracts, problems);
    last = now.equals(last) ? last : now;
    return last;
  }
}
