package io.bilgewatch.agent.contract;

import io.bilgewatch.docker.ContainerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which containers a contract applies to: those that fit all patterns that are there, at least one.
 * In a pattern {@code *} stands for any run of characters.
 *
 * @param labels by name
 */
public record Selector(
    Optional<String> image,
    Optional<String> container,
    Optional<String> composeProject,
    Optional<String> composeService,
    Map<String, String> labels) {

  public static final String PROJECT_LABEL = "com.docker.compose.project";
  public static final String SERVICE_LABEL = "com.docker.compose.service";

  public Selector {
    labels = new LinkedHashMap<>(labels);
  }

  public boolean fits(ContainerState state) {
    return fits(image, state.image())
        && fits(container, state.name())
        && fits(composeProject, state.labels().get(PROJECT_LABEL))
        && fits(composeService, state.labels().get(SERVICE_LABEL))
        && labels.entrySet().stream()
            .allMatch(one -> fits(Optional.of(one.getValue()), state.labels().get(one.getKey())));
  }

  private static boolean fits(Optional<String> pattern, String value) {
    return pattern.isEmpty() || (value != null && isLike(pattern.get(), value));
  }

  /** Goes back to the last star alone, so that it takes no longer than both are long together. */
  static boolean isLike(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    return pattern.substring(p).chars().allMatch(c -> c == '*');
  }

  /** For people, in one line. */
  public String text() {
    List<String> parts = new ArrayList<>();
    image.ifPresent(text -> parts.add("image " + text));
    container.ifPresent(text -> parts.add("container " + text));
    composeProject.ifPresent(text -> parts.add("compose-project " + text));
    composeService.ifPresent(text -> parts.add("compose-service " + text));
    labels.forEach((name, value) -> parts.add("label " + name + "=" + value));
    return String.join(", ", parts);
  }
}
