package io.bilgewatch.agent.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of {@code packaging/prometheus} and {@code packaging/alertmanager}. */
final class Packaged {
  static final Path ROOT = Path.of(System.getProperty("bilgewatch.root"));
  static final Path PROMETHEUS = ROOT.resolve("packaging/prometheus");
  static final Path ALERTMANAGER = ROOT.resolve("packaging/alertmanager");
  static final Path ALERTS = PROMETHEUS.resolve("bilgewatch-alerts.yml");

  private Packaged() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Object> yaml(Path file) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
  }

  /** The YAML files of a directory, by name. */
  static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The entries below a key that is a list of mappings; none where it is not there. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> list(Map<String, Object> map, String key) {
    return (List<Map<String, Object>>) map.getOrDefault(key, List.of());
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> map, String key) {
    return (Map<String, Object>) map.getOrDefault(key, Map.of());
  }

  /** All rules of a file. */
  static List<Map<String, Object>> rules(Path file) {
    return list(yaml(file), "groups").stream()
        .flatMap(group -> list(group, "rules").stream())
        .toList();
  }
}
