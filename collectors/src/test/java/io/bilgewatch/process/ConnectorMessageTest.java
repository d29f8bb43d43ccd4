package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.testing.CHeaders;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorMessageTest {
  private static final int LONGEST = 76;

  @Test
  void offsetsAndConstantsAreThoseOfTheHeaders(@TempDir Path directory) throws Exception {
    String data = "sizeof(struct nlmsghdr) + sizeof(struct cn_msg) + offsetof(struct proc_event, ";
    Map<String, Long> expected = new TreeMap<>();
    expected.put("sizeof(struct nlmsghdr)", (long) ConnectorMessage.NETLINK_HEADER);
    expected.put("offsetof(struct nlmsghdr, nlmsg_type)", 4L);
    expected.put(
        "sizeof(struct nlmsghdr) + offsetof(struct cn_msg, id.val)", (long) ConnectorMessage.VALUE);
    expected.put(
        "sizeof(struct nlmsghdr) + offsetof(struct cn_msg, len)", (long) ConnectorMessage.LENGTH);
    expected.put(data + "what)", (long) ConnectorMessage.EVENT);
    expected.put(data + "timestamp_ns)", (long) ConnectorMessage.TIMESTAMP);
    expected.put(data + "event_data.ack.err)", (long) ConnectorMessage.DATA);
    expected.put(data + "event_data.fork.parent_pid)", (long) ConnectorMessage.DATA);
    expected.put(data + "event_data.fork.parent_tgid)", ConnectorMessage.DATA + 4L);
    expected.put(data + "event_data.fork.child_pid)", ConnectorMessage.DATA + 8L);
    expected.put(data + "event_data.fork.child_tgid)", ConnectorMessage.DATA + 12L);
    expected.put(data + "event_data.exec.process_pid)", (long) ConnectorMessage.DATA);
    expected.put(data + "event_data.exec.process_tgid)", ConnectorMessage.DATA + 4L);
    expected.put(data + "event_data.exit.process_pid)", (long) ConnectorMessage.DATA);
    expected.put(data + "event_data.exit.process_tgid)", ConnectorMessage.DATA + 4L);
    expected.put("NLMSG_DONE", 3L);
    expected.put("CN_IDX_PROC", (long) ConnectorMessage.CN_IDX_PROC);
    expected.put("CN_VAL_PROC", (long) ConnectorMessage.CN_VAL_PROC);
    expected.put("PROC_CN_MCAST_LISTEN", (long) ConnectorMessage.PROC_CN_MCAST_LISTEN);
    expected.put("PROC_CN_MCAST_IGNORE", (long) ConnectorMessage.PROC_CN_MCAST_IGNORE);
    // The headers moved the enumeration out of the structure in 6.3; the names stayed.
    expected.put("PROC_EVENT_NONE", (long) ConnectorMessage.PROC_EVENT_NONE);
    expected.put("PROC_EVENT_FORK", (long) ConnectorMessage.PROC_EVENT_FORK);
    expected.put("PROC_EVENT_EXEC", (long) ConnectorMessage.PROC_EVENT_EXEC);
    expected.put("(int)PROC_EVENT_EXIT", (long) ConnectorMessage.PROC_EVENT_EXIT);
    List<String> includes = List.of("linux/netlink.h", "linux/connector.h", "linux/cn_proc.h");
    assertEquals(expected, CHeaders.say(directory, includes, expected.keySet()));
  }

  static byte[] event(int what, long nanos, int... data) {
    ByteBuffer event = ByteBuffer.allocate(LONGEST).order(ByteOrder.nativeOrder());
    event.putInt(0, LONGEST).putShort(4, (short) 3).putInt(16, 1).putInt(20, 1);
    event.putInt(36, what).putLong(44, nanos);
    for (int i = 0; i < data.length; i++) {
      event.putInt(52 + 4 * i, data[i]);
    }
    return event.array();
  }

  private static TaskEvent parse(byte[] message) throws Malformed {
    return ConnectorMessage.parse(message, message.length);
  }

  @Test
  void eventsOfTasks() throws Malformed {
    assertEquals(new TaskEvent.Fork(10, 11, 12, 13, 99), parse(event(1, 99, 10, 11, 12, 13)));
    assertEquals(new TaskEvent.Exec(21, 20, 98), parse(event(2, 98, 21, 20)));
    assertEquals(
        new TaskEvent.Exit(31, 30, 97), parse(event(0x8000_0000, 97, 31, 30, 256, 17, 1, 1)));
    assertEquals(new TaskEvent.Answer(1), parse(event(0, 96, 1)));
  }

  @Test
  void aThreadIsATaskOfAProcessOfAnotherNumber() throws Malformed {
    assertEquals(true, ((TaskEvent.Fork) parse(event(1, 5, 1, 1, 8, 7))).isThread());
    assertEquals(false, ((TaskEvent.Fork) parse(event(1, 5, 1, 1, 7, 7))).isThread());
  }

  @Test
  void whatIsNotKnownAndWhatIsAddedBehindIsIgnored() throws Malformed {
    assertEquals(new TaskEvent.Other(0x400), parse(event(0x400, 1, 1)));
    byte[] longer = Arrays.copyOf(event(2, 98, 21, 20), 400);
    assertEquals(new TaskEvent.Exec(21, 20, 98), parse(longer));
  }

  @Test
  void aMessageThatIsCutOffIsRefusedAndSaysWhat() {
    byte[] fork = event(1, 99, 10, 11, 12, 13);
    assertThrows(Malformed.class, () -> ConnectorMessage.parse(fork, 0));
    assertThrows(Malformed.class, () -> ConnectorMessage.parse(fork, 52));
    Malformed error = assertThrows(Malformed.class, () -> ConnectorMessage.parse(fork, 60));
    assertEquals(true, error.getMessage().contains("expected parent and child"), error::getMessage);
  }

  @Test
  void anotherConnectorsMessageIsNoEvent() {
    byte[] other = event(1, 99, 10, 11, 12, 13);
    other[16] = 7;
    other[19] = 7;
    assertThrows(Malformed.class, () -> parse(other));
  }

  @Test
  void aRequestIsFortyBytes() {
    byte[] request = ConnectorMessage.request(ConnectorMessage.PROC_CN_MCAST_LISTEN);
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      assertArrayEquals(
          HexFormat.of()
              .parseHex(
                  "28000000030000000000000000000000"
                      + "0100000001000000000000000000000004000000"
                      + "01000000"),
          request);
    }
    assertEquals(44, ConnectorMessage.requestOnly(3).length);
  }

  /** Whatever comes: an event or a refusal, never another exception. */
  @Test
  void anyBytesAtAll() {
    Random random = new Random(20261125);
    int events = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] message = event(random.nextInt(4), random.nextLong(), random.nextInt());
      for (int changes = random.nextInt(6); changes > 0; changes--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
      try {
        ConnectorMessage.parse(message, random.nextInt(message.length + 1));
        events++;
      } catch (Malformed e) {
        assertEquals(true, e.getMessage().startsWith("process connector"), e::getMessage);
      }
    }
    assertEquals(true, events > 1_000, "events: " + events);
  }
}
