package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AuditFieldsTest {

  @Test
  void valuesAreQuotedOrNot() {
    assertEquals(
        Map.of("name", "/a b/=c", "pid", "7", "subj", "", "x-y_2", "z"),
        read("name=\"/a b/=c\" pid=7 subj= x-y_2=z"));
  }

  @Test
  void wordsInBetweenArePassedOver() {
    assertEquals(Map.of("pid", "7", "k", "v"), read("avc:  denied  { a b } for  pid=7 k=v"));
  }

  @Test
  void chosenTextIsInHexadecimalWhereItHasTo() {
    assertEquals("my prog", read("comm=6D792070726F67").get("comm"));
    assertEquals("a\"b\n", read("name=6122620A").get("name"));
    assertEquals("6d79", read("comm=6d79").get("comm"), "the kernel writes upper case");
    assertEquals("6D7", read("comm=6D7").get("comm"));
    assertEquals("6D79", read("comm=\"6D79\"").get("comm"));
    assertEquals("41", read("pid=41").get("pid"));
    assertEquals(
        "6D79", AuditFields.read("comm=6D79", AuditFields.Form.INTERPRETED).raw().get("comm"));
  }

  @Test
  void nothingIsNothing() {
    assertEquals(Map.of("tty", "(none)"), read("key=(null) comm=(null) tty=(none)"));
  }

  @Test
  void aBareValueMayHaveBlanks() {
    assertEquals(
        Map.of("subj", "a//null-/b (complain)", "pid", "7"),
        read("subj=a//null-/b (complain) pid=7"));
    assertEquals(Map.of("path", "/memfd:x (deleted)"), read("path=/memfd:x (deleted)"));
    assertEquals(Map.of("a", "1", "b", "2"), read("a=1  b=2  "));
  }

  @Test
  void theFirstOfTwoCounts() {
    assertEquals(Map.of("class", "a", "pid", "7"), read("class=\"a\" pid=7 class=\"b\" pid=8"));
  }

  @Test
  void whatAProgramSentIsNeverLookedInto() {
    assertEquals(
        Map.of("pid", "7", "msg", "op=x pid=8' apparmor=\"DENIED\" profile=\"p\" it's"),
        read("pid=7 msg='op=x pid=8' apparmor=\"DENIED\" profile=\"p\" it's'"));
    assertEquals(Map.of("pid", "7", "msg", "op=x pid=8"), read("pid=7 msg='op=x pid=8"), "cut off");
    assertEquals(Map.of("msg", ""), read("msg='"));
  }

  @Test
  void explanationsOfAuditdAreNoPart() {
    Map<String, String> fields = Map.of("fsuid", "10", "ouid", "0");
    assertEquals(fields, read("fsuid=10 ouid=0\u001dFSUID=\"web\" OUID=\"root\""));
    assertEquals(fields, read("fsuid=10 ouid=0FSUID=\"web\" OUID=\"root\""), "the 0x1d got lost");
    assertEquals(fields, read("fsuid=10 ouid=0 FSUID=\"web\" OUID=\"root\""));
    assertEquals(Map.of("comm", "x"), read("comm=\"x\"UID=\"root\""));
    assertEquals(Map.of("code", "0x7ffc0000"), read("code=0x7ffc0000AUID=\"unset\" ARCH=x86_64"));
    assertEquals(Map.of("a", "1"), read("a=1\u001db=2"));
  }

  @Test
  void numbersAreNumbersOrNothing() {
    AuditFields fields =
        AuditFields.read("a=-13 b=x c=99999999999 d=18446744073709551615 e=0x7ffc0000 f=c000003e");
    assertEquals(OptionalInt.of(-13), fields.integer("a"));
    assertEquals(OptionalInt.empty(), fields.integer("b"));
    assertEquals(OptionalInt.empty(), fields.integer("c"));
    assertEquals(OptionalLong.of(99999999999L), fields.number("c"));
    assertEquals(OptionalLong.of(-1), fields.number("d"));
    assertEquals(OptionalInt.empty(), fields.integer("missing"));
    assertEquals(OptionalLong.of(0x7ffc0000L), fields.hexadecimal("e"));
    assertEquals(OptionalLong.of(0xc000003eL), fields.hexadecimal("f"));
    assertEquals(OptionalLong.empty(), fields.hexadecimal("d"));
  }

  @Test
  void whatIsShownIsSafe() {
    AuditFields fields = AuditFields.read("comm=611B5B33316D name=\"/\u00c3\u00a9\u00ff\"");
    assertEquals(Optional.of("a\\x1b[31m"), fields.text("comm"));
    assertEquals(Optional.of("/\u00e9\\xff"), fields.text("name"));
  }

  @Test
  void aFloodOfFieldsIsBounded() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      body.append('k').append(i).append("=v ");
    }
    assertFalse(read(body.toString()).size() > 96);
  }

  @Test
  void noTextTakesLong() {
    for (String piece :
        new String[] {"a ", "a", "=", "a=b c ", "\"", "'", "a=", "F", "a=FUID=", " "}) {
      String text = piece.repeat(200_000);
      assertTimeoutPreemptively(Duration.ofSeconds(10), () -> read("x=" + text));
      assertTimeoutPreemptively(Duration.ofSeconds(10), () -> read(text));
    }
  }

  private static Map<String, String> read(String body) {
    return AuditFields.read(body).raw();
  }
}
