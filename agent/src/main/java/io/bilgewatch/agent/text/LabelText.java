package io.bilgewatch.agent.text;

/**
 * Label values that others choose: bounded in length, nothing that breaks a line or hides, whole
 * characters.
 */
public record LabelText(int mostChars) {

  public String of(String text) {
    String visible = Visible.of(text);
    if (visible.length() <= mostChars) {
      return visible;
    }
    int end = mostChars - 1;
    boolean halves = Character.isHighSurrogate(visible.charAt(end - 1));
    return visible.substring(0, halves ? end - 1 : end) + "…";
  }
}
