package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.config.Nearest;
import io.bilgewatch.agent.config.YamlSection;
import io.bilgewatch.agent.contract.WritablePath.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The options that a contract may ask of a mount. */
final class MountOptions {
  /** Those that the kernel tells of every mount, and that are looked for. */
  static final List<String> FLAGS =
      List.of("nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime", "nosymfollow");

  /** What a tmpfs is made with; only {@code contract test} uses it. */
  private static final Pattern OF_TMPFS = Pattern.compile("(mode=[0-7]{3,4}|[ug]id=\\d{1,9})");

  private static final int MOST = 16;

  private MountOptions() {}

  static boolean isFlag(String option) {
    return FLAGS.contains(option);
  }

  static boolean isOfTmpfs(String option) {
    return OF_TMPFS.matcher(option).matches();
  }

  static List<String> of(YamlSection at, Optional<Kind> kind) {
    List<String> options = new ArrayList<>();
    List<String> texts = at.texts("options");
    if (kind.isPresent() && kind.get() == Kind.LAYER && !texts.isEmpty()) {
      at.problemAt("options", "options are of a mount; the layer has none");
      return options;
    }
    for (int i = 0; i < texts.size() && i < MOST; i++) {
      String option = texts.get(i);
      boolean tmpfs = kind.isEmpty() || kind.get() == Kind.TMPFS;
      if (isFlag(option) || (tmpfs && isOfTmpfs(option))) {
        options.add(option);
      } else {
        at.problemAt(
            "options",
            i,
            "options expects %s%s, found \"%s\"%s"
                .formatted(
                    String.join(", ", FLAGS),
                    tmpfs ? ", and mode=…, uid=… or gid=…" : "",
                    option.substring(0, Math.min(40, option.length())),
                    Nearest.question(option, FLAGS)));
      }
    }
    if (texts.size() > MOST) {
      at.problemAt("options", "more than %d options".formatted(MOST));
    }
    return options;
  }
}
