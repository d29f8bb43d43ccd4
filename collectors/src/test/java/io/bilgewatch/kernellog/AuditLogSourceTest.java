package io.bilgewatch.kernellog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogSourceTest {
  @TempDir private Path root;
  private Path log;
  private AuditLogSource source;

  @BeforeEach
  void makeLog() throws Exception {
    log = new HostRoot(root).auditLog();
    Files.createDirectories(log.getParent());
  }

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
  }

  @Test
  void whatIsThereIsHistoryAndWhatComesIsNew() throws Exception {
    write(line(1) + "no record\n" + line(2));
    open();
    assertEquals(List.of("1", "2", "CaughtUp"), items());
    write(line(3));
    assertEquals(List.of("3"), items());
    assertEquals(List.of(), items());
  }

  @Test
  void halfALineWaitsForItsRest() throws Exception {
    write("");
    open();
    String whole = line(5);
    write(whole.substring(0, 20));
    assertEquals(List.of("CaughtUp"), items());
    write(whole.substring(20, 30));
    assertEquals(List.of(), items());
    write(whole.substring(30) + line(6));
    assertEquals(List.of("5", "6"), items());
  }

  @Test
  void aRotatedLogIsReadToItsEndAndThenTheNew() throws Exception {
    write(line(1));
    open();
    assertEquals(List.of("1", "CaughtUp"), items());
    write(line(2));
    Files.move(log, log.resolveSibling("audit.log.1"));
    append(log.resolveSibling("audit.log.1"), line(3));
    assertEquals(List.of("2", "3"), items(), "in the midst of the rotation");
    write(line(4));
    assertEquals(List.of("Reopened", "4"), items());
    write(line(5));
    assertEquals(List.of("5"), items());
  }

  @Test
  void twoRotationsAtOnceAreALoss() throws Exception {
    write(line(1));
    open();
    items();
    Files.move(log, log.resolveSibling("audit.log.2"));
    Files.writeString(log.resolveSibling("audit.log.1"), line(2));
    write(line(3));
    assertEquals(List.of("Lost ?", "Reopened", "3"), items());
  }

  @Test
  void halfALineAtARotationIsLost() throws Exception {
    write("");
    open();
    items();
    write("type=AVC msg=aud");
    Files.move(log, log.resolveSibling("audit.log.1"));
    write(line(3));
    assertEquals(List.of("Lost 1", "Reopened", "3"), items());
  }

  @Test
  void aTruncatedLogIsReadFromItsBeginning() throws Exception {
    write(line(1) + line(2));
    open();
    items();
    Files.writeString(log, line(3), StandardOpenOption.TRUNCATE_EXISTING);
    assertEquals(List.of("Reopened", "3"), items());
  }

  @Test
  void onlyTheEndOfALongLogIsHistory() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 20_000; i++) {
      text.append(line(i));
    }
    write(text.toString());
    open();
    List<String> items = items();
    int bytes = (items.size() - 1) * line(20_000).length();
    assertTrue(bytes <= AuditLogSource.HISTORY_BYTES, bytes + " bytes");
    assertTrue(bytes > AuditLogSource.HISTORY_BYTES - 200, bytes + " bytes");
    assertEquals("20000", items.get(items.size() - 2));
  }

  @Test
  void anEndlessLineIsLostAndTheNextIsRead() throws Exception {
    write("x".repeat(300_000));
    open();
    assertEquals(List.of("CaughtUp"), items(), "half a line at the beginning");
    write("\n" + line(1) + "y".repeat(200_000) + "\n" + line(2) + "z".repeat(40_000) + "\n");
    assertEquals(List.of("1", "Lost 1", "2", "Lost 1"), items());
  }

  @Test
  void withoutALogThereIsNoSource() {
    assertThrows(IOException.class, () -> AuditLogSource.open(new HostRoot(root)));
  }

  private void open() throws IOException {
    source = AuditLogSource.open(new HostRoot(root));
    assertEquals("audit", source.name());
  }

  private static String line(int serial) {
    return "type=AVC msg=audit(1600000000.001:" + serial + "): avc:  denied\n";
  }

  private void write(String text) throws IOException {
    append(log, text);
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<String> items() throws IOException {
    List<String> items = new ArrayList<>();
    while (true) {
      Optional<KernelLogItem> item = source.next(Duration.ofMillis(1));
      if (item.isEmpty()) {
        return items;
      }
      items.add(
          switch (item.get()) {
            case KernelLogItem.Audit(AuditRecord record) -> {
              assertEquals(AuditTypes.AVC, record.type());
              yield String.valueOf(record.id().serial());
            }
            case KernelLogItem.Lost(OptionalLong records, String _) ->
                "Lost " + (records.isPresent() ? records.getAsLong() : "?");
            case KernelLogItem other -> {
              assertInstanceOf(KernelLogItem.class, other);
              yield other.getClass().getSimpleName();
            }
          });
    }
  }
}
