package io.bilgewatch.agent.top;

/** How a piece of a line looks; a colour only ever says what the words say too. */
enum Style {
  PLAIN("", ""),
  STRONG("1", "1"),
  FAINT("2", ""),
  GOOD("32", ""),
  NOTABLE("36", ""),
  WARNING("33", "1"),
  CRITICAL("1;31", "1");

  private final String colour;
  private final String mono;

  /** Parameters of SGR (ECMA-48), with colours and without. */
  Style(String colour, String mono) {
    this.colour = colour;
    this.mono = mono;
  }

  String parameters(boolean colours) {
    return colours ? colour : mono;
  }
}
