package io.bilgewatch.agent.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A section of a YAML file that is not of dotted keys, and what is wrong in it. */
public final class YamlSection {
  private final String file;
  private final boolean columns;
  private final String name;
  private final Optional<Node> at;
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final List<Problem> problems;

  private YamlSection(
      String file,
      boolean columns,
      String name,
      Optional<Node> at,
      Optional<MappingNode> mapping,
      List<Problem> problems) {
    this.file = file;
    this.columns = columns;
    this.name = name;
    this.at = at;
    this.problems = problems;
    mapping.ifPresent(node -> node.getValue().forEach(this::add));
  }

  /** The whole of a text. */
  static YamlSection of(String file, String text, List<Problem> problems) {
    return of(file, false, text, problems);
  }

  /** The whole of a text, whose problems are told with their columns. */
  public static YamlSection withColumns(String file, String text, List<Problem> problems) {
    return of(file, true, text, problems);
  }

  private static YamlSection of(String file, boolean columns, String text, List<Problem> problems) {
    Optional<MappingNode> root = YamlNodes.compose(file, text, problems, columns);
    return new YamlSection(file, columns, "", root.map(node -> node), root, problems);
  }

  private void add(NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      problemAt(
          tuple.getKeyNode(), "a key must be text, found " + YamlNodes.nameOf(tuple.getKeyNode()));
      return;
    }
    Node first = keys.putIfAbsent(key.getValue(), key);
    if (first == null) {
      values.put(key.getValue(), tuple.getValueNode());
    } else {
      problemAt(
          key,
          "\"%s\" is there twice, first in line %d"
              .formatted(key.getValue(), YamlNodes.lineOf(first)));
    }
  }

  /** What is there, in the order of the file. */
  public Collection<String> names() {
    return List.copyOf(keys.keySet());
  }

  public void knowsOnly(String... known) {
    List<String> names = List.of(known);
    for (String key : keys.keySet()) {
      if (!names.contains(key)) {
        problemAt(key, "unknown key \"%s\"%s".formatted(key, Nearest.question(key, names)));
      }
    }
  }

  /** Whether it is there and has nothing in it. */
  boolean isEmpty(String key) {
    Node value = values.get(key);
    return value != null
        && (YamlNodes.isNull(value)
            || (value instanceof MappingNode mapping && mapping.getValue().isEmpty()));
  }

  /** Empty where it is not there, or has nothing in it. */
  public Optional<YamlSection> section(String key) {
    return switch (values.get(key)) {
      case null -> Optional.empty();
      case MappingNode mapping ->
          Optional.of(part(key, Optional.ofNullable(keys.get(key)), mapping));
      case Node node when YamlNodes.isNull(node) -> Optional.empty();
      case Node node -> {
        problemAt(
            key, "%s expects keys with values, found %s".formatted(key, YamlNodes.nameOf(node)));
        yield Optional.empty();
      }
    };
  }

  private YamlSection part(String key, Optional<Node> place, MappingNode mapping) {
    return new YamlSection(file, columns, key, place, Optional.of(mapping), problems);
  }

  /** A list of sections; empty where it is not there, or has nothing in it. */
  public List<YamlSection> sections(String key) {
    return switch (values.get(key)) {
      case null -> List.of();
      case Node node when YamlNodes.isNull(node) -> List.of();
      case SequenceNode list -> list.getValue().stream().flatMap(one -> item(key, one)).toList();
      case Node node -> {
        problemAt(node, "%s expects a list, found %s".formatted(key, YamlNodes.nameOf(node)));
        yield List.of();
      }
    };
  }

  private Stream<YamlSection> item(String key, Node node) {
    if (node instanceof MappingNode mapping) {
      return Stream.of(part(key, Optional.of(node), mapping));
    }
    problemAt(
        node,
        "each of %s expects keys with values, found %s".formatted(key, YamlNodes.nameOf(node)));
    return Stream.empty();
  }

  /** A number of bytes such as {@code 4096} or {@code 64MiB}. */
  public OptionalLong bytes(String key) {
    Optional<Double> read = value(key, Kinds.bytes());
    return read.isPresent() ? OptionalLong.of(read.get().longValue()) : OptionalLong.empty();
  }

  /** Whether it is there, whatever is in it. */
  public boolean has(String key) {
    return keys.containsKey(key);
  }

  /** Empty where it is not there, or blank. */
  public Optional<String> text(String key) {
    return switch (values.get(key)) {
      case null -> Optional.empty();
      case Node node when YamlNodes.isNull(node) -> Optional.empty();
      case ScalarNode scalar when YamlNodes.isPlain(scalar) ->
          Optional.of(scalar.getValue()).filter(text -> !text.isBlank());
      case Node node -> {
        problemAt(key, "%s can't be %s".formatted(key, YamlNodes.nameOf(node)));
        yield Optional.empty();
      }
    };
  }

  public List<String> texts(String key) {
    return switch (values.get(key)) {
      case null -> List.of();
      case Node node when YamlNodes.isNull(node) -> List.of();
      case SequenceNode list when YamlNodes.isPlainList(list) -> YamlNodes.texts(list);
      case Node node -> {
        problemAt(key, "%s expects a list of single values".formatted(key));
        yield List.of();
      }
    };
  }

  boolean bool(String key, boolean otherwise) {
    return text(key)
        .flatMap(text -> oneOf(key, text, Map.of("true", true, "false", false)))
        .orElse(otherwise);
  }

  <T> Optional<T> value(String key, Kind.Single<T> kind) {
    return text(key)
        .flatMap(text -> {
          try {
            return Optional.of(kind.reader().apply(text));
          } catch (IllegalArgumentException e) {
            problemAt(key, "%s expects %s".formatted(key, kind.expects()));
            return Optional.empty();
          }
        });
  }

  /** Of values that have names, the one that is meant. */
  public <T> Optional<T> oneOf(String key, String text, Map<String, T> known) {
    if (!known.containsKey(text)) {
      problemAt(
          key,
          "%s expects one of %s"
              .formatted(key, String.join(", ", known.keySet().stream().sorted().toList())));
    }
    return Optional.ofNullable(known.get(text));
  }

  /** Something is wrong with the section as a whole. */
  public void problem(String what) {
    problems.add(
        at.map(node ->
                YamlNodes.problem(file, node, name.isEmpty() ? what : name + ": " + what, columns))
            .orElseGet(() -> new Problem(file, what)));
  }

  /** Something is wrong with the value of a key that is there. */
  public void problemAt(String key, String what) {
    problemAt(keys.get(key), what);
  }

  /** Something is wrong with one value of a list that is there. */
  public void problemAt(String key, int index, String what) {
    boolean list = values.get(key) instanceof SequenceNode;
    problemAt(list ? ((SequenceNode) values.get(key)).getValue().get(index) : keys.get(key), what);
  }

  private void problemAt(Node node, String what) {
    problems.add(YamlNodes.problem(file, node, what, columns));
  }
}
