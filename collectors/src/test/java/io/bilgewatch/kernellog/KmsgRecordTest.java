package io.bilgewatch.kernellog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsgRecordTest {

  @Test
  void aRecordHasLevelFacilitySequenceTimeAndText() throws Exception {
    KmsgRecord record = parse("30,771,2000000003,-;from a daemon; with a semicolon\n");
    assertEquals(6, record.level());
    assertEquals(3, record.facility());
    assertFalse(record.isKernel());
    assertEquals(771, record.sequence());
    assertEquals(Duration.ofSeconds(2000, 3000), record.sinceBoot());
    assertFalse(record.continuation());
    assertEquals("from a daemon; with a semicolon", record.text());
    assertEquals(Map.of(), record.dictionary());
  }

  @Test
  void onlyFacilityZeroIsTheKernels() throws Exception {
    for (int prefix = 0; prefix < 8; prefix++) {
      assertTrue(parse(prefix + ",1,1,-;x").isKernel());
    }
    assertFalse(parse("8,1,1,-;x").isKernel());
    assertFalse(parse("2047,1,1,-;x").isKernel());
  }

  @Test
  void linesBehindTheTextAreTheDictionary() throws Exception {
    KmsgRecord record =
        parse("4,9,1,-,caller=T77;usb 1-1: gone\n SUBSYSTEM=usb\n DEVICE=c189:\\x31\nno blank=1\n");
    assertEquals("usb 1-1: gone", record.text());
    assertEquals(
        Map.of("caller", "T77", "SUBSYSTEM", "usb", "DEVICE", "c189:1"), record.dictionary());
  }

  @Test
  void whatALaterKernelAddsIsIgnored() throws Exception {
    KmsgRecord record = parse("6,9,1,-,caller=C2,cpu=3,something,=,x=;text\n KEY\n =v\n");
    assertEquals("text", record.text());
    assertEquals(Map.of("caller", "C2", "cpu", "3", "x", ""), record.dictionary());
  }

  @Test
  void escapedBytesAreThoseBytes() throws Exception {
    assertEquals("a\nb\u00e9\\x41", parse("6,9,1,-;a\\x0ab\\xe9\\x5cx41").text());
    assertEquals("\\x4 \\xzz \\", parse("6,9,1,-;\\x4 \\xzz \\").text());
  }

  @Test
  void continuedLinesSaySo() throws Exception {
    assertTrue(parse("6,9,1,c;x").continuation());
    assertTrue(parse("6,9,1,+;x").continuation());
  }

  @Test
  void theBytesAroundARecordAreNoPartOfIt() throws Exception {
    byte[] bytes = "###6,9,1,-;x###".getBytes(ISO_8859_1);
    assertEquals("x", KmsgRecord.parse(bytes, 3, bytes.length - 3).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "6;x",
        "6,1;x",
        "6,1,1;x",
        ",1,1,-;x",
        "6,,1,-;x",
        "6,1,,-;x",
        "a,1,1,-;x",
        "-1,1,1,-;x",
        "6,1,1,-",
        "6,99999999999999999999,1,-;x",
        "99999999999,1,1,-;x",
        "6 ,1,1,-;x",
        "\n6,1,1,-;x"
      })
  void anythingElseIsMalformed(String text) {
    assertThrows(Malformed.class, () -> parse(text));
  }

  private static KmsgRecord parse(String text) throws Malformed {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return KmsgRecord.parse(bytes, 0, bytes.length);
  }
}
