package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.config.TextFile;
import io.bilgewatch.agent.config.YamlSection;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a contract, and says all that is wrong with it at once, each with line and column.
 *
 * <pre>
 * contract: 1
 * name: shop-web
 * applies-to:
 *   image: nginx:1.27
 *   compose-service: web
 * root: read-only
 * user: 101
 * writable:
 *   - path: /run
 *     kind: tmpfs
 *     size: 1MiB
 *     options: [nosuid, nodev, noexec]
 *     why: PID file
 * never-writable: [/etc, /usr]
 * </pre>
 */
public final class ContractFile {
  private static final int MOST_ENTRIES = 64;
  private static final int MOST_TEXT = 500;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");
  private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{1," + MOST_TEXT + "}");

  private final List<Problem> problems = new ArrayList<>();
  private final String file;
  private final YamlSection root;

  private ContractFile(String file, String text) {
    this.file = file;
    this.root = YamlSection.withColumns(file, text, problems);
  }

  /**
   * @throws ConfigurationException with everything that is wrong, a file that can't be read too
   */
  public static Contract read(Path file) throws ConfigurationException {
    try {
      return parse(file.toString(), TextFile.read(file));
    } catch (IOException e) {
      throw new ConfigurationException(List.of(new Problem(file.toString(), TextFile.reason(e))));
    }
  }

  /**
   * @param file for messages
   */
  static Contract parse(String file, String text) throws ConfigurationException {
    ContractFile reader = new ContractFile(file, text);
    Optional<Contract> read = reader.contract();
    if (read.isEmpty() || !reader.problems.isEmpty()) {
      throw new ConfigurationException(reader.problems);
    }
    return read.get();
  }

  private Optional<Contract> contract() {
    if (root.names().isEmpty()) {
      if (problems.isEmpty()) {
        root.problem("there is nothing in it; a contract begins with contract: 1");
      }
      return Optional.empty();
    }
    root.knowsOnly("contract", "name", "applies-to", "root", "user", "writable", "never-writable");
    version();
    Optional<String> name = matching(root, "name", NAME, "letters, digits, dots, - and _", true);
    Optional<Selector> selector = selector();
    boolean readOnly =
        root.text("root")
            .flatMap(text -> root.oneOf("root", text, Map.of("read-only", true, "writable", false)))
            .orElse(true);
    AllowedUser user = user();
    List<WritablePath> writable = writable(readOnly);
    List<KernelPath> never = neverWritable(writable);
    return name.isEmpty() || selector.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Contract(name.get(), file, selector.get(), readOnly, user, writable, never));
  }

  private void version() {
    Optional<String> version = root.text("contract");
    if (version.isEmpty()) {
      root.problem("expects contract: 1, the version of the format");
    } else if (!version.get().equals("1")) {
      root.problemAt("contract", "contract expects 1, the only version that is known here");
    }
  }

  private Optional<Selector> selector() {
    Optional<YamlSection> section = root.section("applies-to");
    if (section.isEmpty()) {
      root.problem("expects applies-to: which containers it is for");
      return Optional.empty();
    }
    YamlSection at = section.get();
    at.knowsOnly("image", "container", "compose-project", "compose-service", "label");
    Selector selector =
        new Selector(
            line(at, "image"),
            line(at, "container"),
            line(at, "compose-project"),
            line(at, "compose-service"),
            labels(at));
    if (selector.text().isEmpty()) {
      at.problem(
          "expects at least one of image, container, compose-project, compose-service, label");
    }
    return Optional.of(selector);
  }

  private static Map<String, String> labels(YamlSection at) {
    Map<String, String> labels = new LinkedHashMap<>();
    at.section("label")
        .ifPresent(section -> {
          for (String name : section.names()) {
            section
                .text(name)
                .ifPresentOrElse(
                    value -> labels.put(name, value),
                    () -> section.problemAt(name, "label " + name + " expects a value"));
          }
          if (labels.size() > MOST_ENTRIES) {
            section.problem("more than %d labels".formatted(MOST_ENTRIES));
          }
        });
    return labels;
  }

  private AllowedUser user() {
    Optional<String> text = root.text("user");
    Optional<AllowedUser> user = text.flatMap(AllowedUser::of);
    if (text.isPresent() && user.isEmpty()) {
      root.problemAt("user", "user expects non-root, any, or numbers such as 101 or \"101:101\"");
    }
    return user.orElse(new AllowedUser.NonRoot());
  }

  private List<WritablePath> writable(boolean readOnly) {
    List<WritablePath> all = new ArrayList<>();
    for (YamlSection section : root.sections("writable")) {
      Optional<WritablePath> read = new WritableSection(section, readOnly).read();
      if (read.isPresent()) {
        KernelPath path = read.get().path();
        if (all.stream().anyMatch(other -> other.path().equals(path))) {
          section.problemAt("path", "path " + path + " is declared twice");
        }
        all.add(read.get());
      }
    }
    if (all.size() > MOST_ENTRIES) {
      root.problemAt("writable", "more than %d writable paths".formatted(MOST_ENTRIES));
    }
    return all;
  }

  private List<KernelPath> neverWritable(List<WritablePath> writable) {
    List<KernelPath> all = new ArrayList<>();
    List<String> texts = root.texts("never-writable");
    for (int i = 0; i < texts.size(); i++) {
      Optional<String> wrong = PathText.wrong(texts.get(i));
      if (wrong.isPresent()) {
        root.problemAt("never-writable", i, "never-writable expects " + wrong.get());
        continue;
      }
      KernelPath path = KernelPath.of(texts.get(i));
      for (WritablePath one : writable) {
        if (path.isAtOrBelow(one.path()) || one.path().isAtOrBelow(path)) {
          root.problemAt(
              "never-writable",
              i,
              "%s is never to be writable, and %s is declared writable"
                  .formatted(path, one.path()));
        }
      }
      all.add(path);
    }
    if (all.size() > MOST_ENTRIES) {
      root.problemAt("never-writable", "more than %d paths".formatted(MOST_ENTRIES));
    }
    return all;
  }

  static Optional<String> line(YamlSection at, String key) {
    return matching(at, key, LINE, "one line of at most %d characters".formatted(MOST_TEXT), false);
  }

  private static Optional<String> matching(
      YamlSection at, String key, Pattern form, String expects, boolean needed) {
    Optional<String> text = at.text(key);
    if (text.isEmpty() && needed) {
      at.problem("expects " + key);
    }
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      at.problemAt(key, key + " expects " + expects);
      return Optional.empty();
    }
    return text;
  }
}
