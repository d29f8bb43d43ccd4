package io.bilgewatch.agent.config;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The nodes of a YAML text, of which each knows its line. Only their tree is composed; no object is
 * ever constructed from a tag.
 */
final class YamlNodes {
  static final int MAX_CHARACTERS = 256 * 1024;
  private static final Set<Tag> PLAIN =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP);

  private YamlNodes() {}

  /**
   * Empty where there is nothing in the text, or nothing that can be used.
   *
   * @param file its name, for messages
   */
  static Optional<MappingNode> compose(String file, String text, List<Problem> problems) {
    return compose(file, text, problems, false);
  }

  /**
   * @param columns whether a problem's place has its column too
   */
  static Optional<MappingNode> compose(
      String file, String text, List<Problem> problems, boolean columns) {
    try {
      Node root = new Yaml(limits()).compose(new StringReader(text));
      if (root instanceof MappingNode mapping) {
        return Optional.of(mapping);
      }
      if (root != null && !isNull(root)) {
        String found = "expects keys with values, found " + nameOf(root);
        problems.add(problem(file, root, found, columns));
      }
    } catch (MarkedYAMLException e) {
      problems.add(new Problem(place(file, e, columns), "not YAML: " + oneLine(e.getProblem())));
    } catch (YAMLException e) {
      problems.add(new Problem(file, "not YAML: " + oneLine(e.getMessage())));
    }
    return Optional.empty();
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(10);
    return options;
  }

  /** A single value without a type of its own. */
  static boolean isPlain(Node node) {
    return node instanceof ScalarNode && PLAIN.contains(node.getTag());
  }

  /** A list of single values. */
  static boolean isPlainList(SequenceNode list) {
    return list.getValue().stream().allMatch(YamlNodes::isPlain);
  }

  /** The values of a list that is one of single values. */
  static List<String> texts(SequenceNode list) {
    return list.getValue().stream().map(item -> ((ScalarNode) item).getValue()).toList();
  }

  static boolean isNull(Node node) {
    return Tag.NULL.equals(node.getTag());
  }

  static String nameOf(Node node) {
    return switch (node) {
      case MappingNode _ -> "a section";
      case SequenceNode _ -> "a list of other than single values";
      case ScalarNode scalar when !isPlain(scalar) -> "of the type " + scalar.getTag().getValue();
      default -> "a single value";
    };
  }

  static Problem problem(String file, Node at, String what) {
    return problem(file, at, what, false);
  }

  static Problem problem(String file, Node at, String what, boolean columns) {
    return new Problem(place(file, at.getStartMark(), columns), oneLine(what));
  }

  private static String place(String file, MarkedYAMLException error, boolean columns) {
    return error.getProblemMark() == null ? file : place(file, error.getProblemMark(), columns);
  }

  private static String place(String file, Mark mark, boolean columns) {
    String line = file + ":" + (mark.getLine() + 1);
    return columns ? line + ":" + (mark.getColumn() + 1) : line;
  }

  static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("\\s+", " ").strip();
  }
}
