package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.Visible;

/**
 * Label values that others choose: bounded in length, nothing that breaks a line or hides, whole
 * characters.
 */
record LabelText(int mostChars) {

  String of(String text) {
    String visible = Visible.of(text);
    if (visible.length() <= mostChars) {
      return visible;
    }
    int end = mostChars - 1;
    boolean halves = Character.isHighSurrogate(visible.charAt(end - 1));
    return visible.substring(0, halves ? end - 1 : end) + "…";
  }
}
