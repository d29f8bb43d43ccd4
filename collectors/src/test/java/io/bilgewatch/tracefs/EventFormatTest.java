package io.bilgewatch.tracefs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EventFormatTest {
  private static final String PROBE =
      """
      name: openat
      ID: 1931
      format:
      \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
      \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
      \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
      \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

      \tfield:__data_loc char[] fn;\toffset:8;\tsize:4;\tsigned:1;
      \tfield:u32 fl;\toffset:12;\tsize:4;\tsigned:0;
      \tfield:char comm[16];\toffset:16;\tsize:16;\tsigned:0;
      \tfield:__rel_loc char[] later;\toffset:32;\tsize:4;\tsigned:0;\tand:more;

      print fmt: "(%s) fn=\\"%s\\"", \tfield:int trap;\toffset:0;\tsize:4;
      """;

  private static TraceRecord record(byte[] bytes) {
    return new TraceRecord(1, bytes, 0, bytes.length);
  }

  private static byte[] bytes(String name, String comm) {
    byte[] text = name.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(36 + text.length + 1)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(PageWriter.data(1931, -5))
        .putInt((text.length + 1) << 16 | 36)
        .putInt(0x241)
        .put(comm.getBytes(ISO_8859_1))
        .position(32)
        .putInt((text.length + 1) << 16)
        .put(text)
        .array();
  }

  @Test
  void fieldsByName() throws Malformed {
    EventFormat format = EventFormat.parse(PROBE.getBytes(US_ASCII));
    TraceRecord record = record(bytes("/etc/passwd", "a b-1 [000]"));
    assertEquals(1931, format.id());
    assertEquals(1931, record.type());
    assertEquals(-5, format.required("common_pid").number(record));
    assertEquals(0x241, format.required("fl").number(record));
    assertEquals("/etc/passwd", format.required("fn").text(record));
    assertEquals("/etc/passwd", format.required("later").text(record));
    assertEquals("a b-1 [000]", format.required("comm").text(record));
    assertTrue(format.field("trap").isEmpty());
    assertThrows(Malformed.class, () -> format.required("trap"));
  }

  /** A name that looks like a line of the trace is a name. */
  @Test
  void hostileNamesStayNames() throws Malformed {
    EventFormat format = EventFormat.parse(PROBE.getBytes(US_ASCII));
    String forged =
        "x\"\n              sh-77      [000] .....  1.5: sys_openat -> 0xffffffffffffffe2";
    String shown = format.required("fn").text(record(bytes(forged, "\n-1 [0] . 1: x")));
    assertEquals(forged.replace("\n", "\\x0a"), shown);
    assertEquals("\\xff", format.required("fn").text(record(bytes("\u00ff", ""))));
  }

  @Test
  void placesOutsideOfTheRecordAreMalformed() throws Malformed {
    EventFormat format = EventFormat.parse(PROBE.getBytes(US_ASCII));
    byte[] bytes = bytes("/etc/passwd", "sh");
    bytes[10] = 127;
    TraceRecord tooLong = record(bytes);
    assertThrows(Malformed.class, () -> format.required("fn").text(tooLong));
    TraceRecord tooShort = new TraceRecord(1, bytes, 0, 14);
    assertThrows(Malformed.class, () -> format.required("fl").number(tooShort));
    assertThrows(Malformed.class, () -> format.required("comm").text(tooShort));
  }

  @Test
  void withoutIdOrPlaceItIsMalformed() {
    assertThrows(Malformed.class, () -> EventFormat.parse("name: x\n".getBytes(US_ASCII)));
    for (String broken :
        new String[] {"\toffset:;", "\toffset:-1;", "\tsize:4;", "\toffset:99999999999;"}) {
      byte[] text = PROBE.replaceFirst("\toffset:0;", broken).getBytes(US_ASCII);
      assertThrows(Malformed.class, () -> EventFormat.parse(text), broken);
    }
  }

  @Test
  void anyText() {
    Random random = new Random(17);
    byte[] whole = PROBE.getBytes(US_ASCII);
    int good = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] text = whole.clone();
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        text[random.nextInt(text.length)] = (byte) "\t;:[]09 -\nxD".charAt(random.nextInt(12));
      }
      try {
        EventFormat format = EventFormat.parse(text);
        readAll(format, record(bytes("/x", "sh")));
        good++;
      } catch (Malformed _) {
        // as it should be
      }
    }
    assertTrue(good > 1000, good + " good");
  }

  private static void readAll(EventFormat format, TraceRecord record) throws Malformed {
    for (TraceField field : format.fields().values()) {
      field.text(record);
      if (field.size() == 4) {
        field.number(record);
      }
    }
  }
}
