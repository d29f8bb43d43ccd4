package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded random trees, measured once more the slow and obvious way: every path through stat(1). */
class RandomLayerTest {
  private static final int ENTRIES = 600;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void agreesWithTheObviousWay(long seed) throws IOException {
    try (Lab lab = new Lab()) {
      grow(lab, new Random(seed));
      Oracle oracle = new Oracle(lab);

      LayerUsage usage = lab.measure().usage();

      assertEquals(oracle.allocated, usage.allocatedBytes(), "allocated");
      assertEquals(oracle.apparent, usage.apparentBytes(), "apparent");
      assertEquals(oracle.inodes, usage.inodes(), "inodes");
      assertEquals(oracle.executables, usage.executables(), "executables");
      assertEquals(oracle.whiteouts, usage.deletedEntries(), "deleted");
      assertEquals(oracle.created, usage.changes().orElseThrow().created(), "created");
    }
  }

  /**
   * Half of the new directories go below the newest, so that trees get deeper than the open fds.
   */
  private static void grow(Lab lab, Random random) throws IOException {
    List<Path> directories = new ArrayList<>(List.of(lab.upper()));
    List<Path> files = new ArrayList<>();
    StringBuilder devices = new StringBuilder(":");
    for (int i = 0; i < ENTRIES; i++) {
      Path parent =
          random.nextInt(3) > 0
              ? directories.getLast()
              : directories.get(random.nextInt(directories.size()));
      Path path = parent.resolve("entry " + i + "é".repeat(random.nextInt(3)));
      switch (random.nextInt(8)) {
        case 0, 1 -> directories.add(Files.createDirectory(path));
        case 2 -> Files.createSymbolicLink(path, Path.of("x".repeat(1 + random.nextInt(90))));
        case 3 -> devices.append("; mknod '").append(path).append("' c 0 0");
        case 4 -> Files.createLink(path, file(files, random, path.resolveSibling("first " + i)));
        default -> file(files, random, path);
      }
    }
    lab.sh(devices.toString());
  }

  private static Path file(List<Path> files, Random random, Path path) throws IOException {
    if (path.getFileName().toString().startsWith("first") && !files.isEmpty()) {
      return files.get(random.nextInt(files.size()));
    }
    Files.write(path, new byte[random.nextInt(3) * random.nextInt(20_000)]);
    Files.setAttribute(path, "unix:mode", random.nextInt(4) == 0 ? 0100711 : 0100644);
    files.add(path);
    return path;
  }

  private static final class Oracle {
    private long allocated;
    private long apparent;
    private long inodes;
    private long executables;
    private long whiteouts;
    private long created;
    private final Set<String> seen = new HashSet<>();

    Oracle(Lab lab) throws IOException {
      Path list = lab.root.resolve("list");
      try (Stream<Path> paths = Files.walk(lab.upper())) {
        String names = String.join("\0", paths.map(Path::toString).toList());
        Files.write(list, names.getBytes(StandardCharsets.UTF_8));
      }
      lab.sh("xargs -0 stat -c '%i %b %s %f %t:%T' < list").lines().forEach(this::add);
      created--;
    }

    private void add(String line) {
      String[] fields = line.split(" ", -1);
      int mode = Integer.parseInt(fields[3], 16);
      boolean isDirectory = (mode & 0xf000) == 0x4000;
      boolean isWhiteout = (mode & 0xf000) == 0x2000 && fields[4].equals("0:0");
      whiteouts += isWhiteout ? 1 : 0;
      created += isWhiteout ? 0 : 1;
      executables += (mode & 0xf000) == 0x8000 && (mode & 0111) != 0 ? 1 : 0;
      if (seen.add(fields[0])) {
        inodes++;
        allocated += 512 * Long.parseLong(fields[1]);
        apparent += isDirectory ? 0 : Long.parseLong(fields[2]);
      }
    }
  }
}
