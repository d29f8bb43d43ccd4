package io.bilgewatch.agent.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class YamlTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "web",
        "/run/app.pid",
        "yes",
        "null",
        "~",
        "12",
        "1e3",
        "a: b",
        "- x",
        "*x",
        "{a}",
        "it's \"so\"",
        "back\\slash",
        "new\nline",
        "tab\t",
        "\u0007\u001b[2J\u007f\u0085",
        "#no",
        "\u202e\u2028",
        "größe 日本語",
        "\ud83d\udea2",
        "0x10",
        "2026-01-01",
        "=",
        "<<",
        "a #b"
      })
  void whatIsWrittenIsReadAgain(String text) {
    for (String written : new String[] {YamlText.of(text), YamlText.quoted(text)}) {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      assertEquals(text, yaml.load(written), written);
      assertTrue(
          written.codePoints().allMatch(c -> c >= ' ' && c != 0x7f && !isHidden(c)), written);
    }
  }

  private static boolean isHidden(int point) {
    return point >= 0x80 && !Character.isLetterOrDigit(point);
  }

  @Test
  void sizesHaveTheLargestUnitThatNeedsNoFraction() {
    assertEquals("0", YamlText.bytes(0));
    assertEquals("1000", YamlText.bytes(1000));
    assertEquals("512KiB", YamlText.bytes(512 << 10));
    assertEquals("1025MiB", YamlText.bytes(1025L << 20));
    assertEquals("2048TiB", YamlText.bytes(2L << 50));
  }
}
