package io.bilgewatch.docker;

import io.bilgewatch.docker.EngineProcesses.Engine;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Finds the data roots of the host's engines: those that the operator names, and only those;
 * without any, those of the running engines, by their command lines and configuration files; where
 * none runs, those of the engines last seen, else the one that {@code daemon.json} names, else the
 * default.
 *
 * <p>The default does not join a running engine's: where an engine was moved, the old directory
 * often stays and is full of containers that no longer exist.
 */
public final class DataRoots {
  private static final int MAX_CONFIGURATION_BYTES = 1 << 20;

  /** With {@code userns-remap} an engine keeps its state one level deeper, in uid.gid. */
  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");

  private final HostRoot root;
  private final List<Path> explicit;
  private final HostLinks links;
  private final EngineProcesses processes;
  private List<DataRoot> lastSeen = List.of();

  /**
   * @param explicit data roots that the operator names, as the host names them; may be empty
   */
  public DataRoots(HostRoot root, List<Path> explicit) {
    this.root = root;
    this.explicit = List.copyOf(explicit);
    this.links = new HostLinks(root);
    this.processes = new EngineProcesses(root);
  }

  /**
   * @param roots each directory once
   * @param problems of finding them, for people: engines left out, configuration not understood
   */
  public record Found(List<DataRoot> roots, List<String> problems) {
    public Found {
      roots = List.copyOf(roots);
      problems = List.copyOf(problems);
    }

    /** The directories alone. */
    public List<Path> paths() {
      return roots.stream().map(DataRoot::path).toList();
    }
  }

  /** Looks again. Reads the name of every process unless data roots were named. */
  public synchronized Found find() {
    List<String> problems = new ArrayList<>();
    Map<Path, DataRoot> roots = new LinkedHashMap<>();
    for (DataRoot candidate : candidates(problems)) {
      DataRoot resolved = candidate.at(links.resolve(candidate.path()), candidate.source());
      for (DataRoot each : withRemapped(resolved)) {
        roots.putIfAbsent(each.path(), each);
      }
    }
    return new Found(List.copyOf(roots.values()), problems);
  }

  private Collection<DataRoot> candidates(List<String> problems) {
    if (!explicit.isEmpty()) {
      return explicit.stream().map(path -> named(path)).toList();
    }
    List<DataRoot> running = new ArrayList<>();
    for (Engine engine : processes.find(problems::add)) {
      running(engine, problems).ifPresent(running::add);
    }
    if (!running.isEmpty()) {
      lastSeen = running.stream().map(DataRoots::stopped).toList();
      return running;
    }
    return lastSeen.isEmpty() ? List.of(configured(problems)) : lastSeen;
  }

  private static DataRoot named(Path path) {
    return DataRoot.of(path.toAbsolutePath(), "named in the configuration");
  }

  private static DataRoot stopped(DataRoot running) {
    return DataRoot.of(running.path(), running.source() + ", which has stopped");
  }

  private DataRoot configured(List<String> problems) {
    Path file = root.asHostNames(root.dockerDaemonJson());
    try {
      Optional<String> name = fromFile(file, false, problems);
      if (name.isPresent()) {
        return DataRoot.of(Path.of("/").resolve(name.get()), file.toString());
      }
    } catch (InvalidPathException e) {
      problems.add(file + ": " + e.getMessage());
    }
    return DataRoot.of(root.defaultDockerDataRoot(), "the engine's default");
  }

  private Optional<DataRoot> running(Engine engine, List<String> problems) {
    String source = "dockerd (pid " + engine.pid() + ")";
    try {
      Path path = dataRoot(engine, problems);
      Optional<String> execRoot = engine.arguments().execRoot();
      Optional<Path> execPath =
          execRoot.isPresent() ? Optional.of(absolute(engine, execRoot.get())) : Optional.empty();
      return Optional.of(new DataRoot(path, source, OptionalInt.of(engine.pid()), execPath));
    } catch (IOException | InvalidPathException e) {
      problems.add("can't tell the data root of " + source + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private Path dataRoot(Engine engine, List<String> problems) throws IOException {
    DockerdArguments arguments = engine.arguments();
    Optional<String> name = arguments.dataRoot();
    if (name.isEmpty()) {
      boolean named = arguments.configFile().isPresent();
      Path file =
          named
              ? absolute(engine, arguments.configFile().get())
              : root.asHostNames(root.dockerDaemonJson());
      name = fromFile(file, named, problems);
    }
    return name.isPresent() ? absolute(engine, name.get()) : root.defaultDockerDataRoot();
  }

  private Path absolute(Engine engine, String name) throws IOException {
    Path path = Path.of(name);
    return path.isAbsolute()
        ? path.normalize()
        : Files.readSymbolicLink(root.process(engine.pid(), "cwd")).resolve(path).normalize();
  }

  private Optional<String> fromFile(Path file, boolean required, List<String> problems) {
    try {
      byte[] json = KernelFile.read(root.host(links.resolve(file)), MAX_CONFIGURATION_BYTES);
      String name = JsonText.object(file.toString(), json).text("data-root", "graph");
      return Optional.of(name).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException _) {
      if (required) {
        problems.add(file + ": named on the engine's command line, but not there");
      }
    } catch (IOException e) {
      problems.add("can't read the engine's configuration: " + e.getMessage());
    }
    return Optional.empty();
  }

  private List<DataRoot> withRemapped(DataRoot dataRoot) {
    List<DataRoot> all = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            root.host(dataRoot.path()), entry -> isRemapped(entry.getFileName().toString()))) {
      for (Path entry : entries) {
        if (hasContainers(entry)) {
          String why = dataRoot.source() + ", with userns-remap";
          all.add(dataRoot.at(root.asHostNames(entry), why));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Whoever reads the data root reports what is wrong with it.
    }
    if (all.isEmpty() || hasContainers(root.host(dataRoot.path()))) {
      all.addFirst(dataRoot);
    }
    return all;
  }

  private static boolean isRemapped(String name) {
    return REMAPPED.matcher(name).matches();
  }

  private static boolean hasContainers(Path dataRoot) {
    return Files.isDirectory(dataRoot.resolve(StateFiles.CONTAINERS));
  }
}
