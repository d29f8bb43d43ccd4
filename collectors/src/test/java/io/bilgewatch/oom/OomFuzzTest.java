package io.bilgewatch.oom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;

/** The OOM killer's account of any bytes. */
class OomFuzzTest {

  @FuzzTest
  void anyTextIsALineOrNone(byte[] text) {
    OomLines.read(new String(text, ISO_8859_1)).ifPresent(line -> assertNotNull(line.toString()));
  }

  /** Records parted by 0xff; those that begin with 0xfe continue the one before. */
  @FuzzTest
  void anyRecordsAreKillsOrNone(byte[] records) {
    OomAssembler assembler = new OomAssembler();
    int time = 0;
    for (String record : new String(records, ISO_8859_1).split("\u00ff", -1)) {
      boolean continues = record.startsWith("\u00fe");
      String text = continues ? record.substring(1) : record;
      for (OomKill kill : assembler.offer(Duration.ofMillis(++time), continues, text)) {
        assertTrue(kill.victim().pid() >= 0);
        kill.containerId().ifPresent(id -> assertTrue(id.length() == 64, id));
      }
    }
    assembler.expire(Duration.ofDays(1));
  }
}
