package io.bilgewatch.agent.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.event.HostEvent.Denied;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.event.HostEvent.WriteSource;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.oom.OomCause;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is counted, for how long, and what an adversary can make of it. */
class EventBookTest {
  private static final Instant START = Instant.parse("2026-11-25T10:00:00Z");
  private static final String ID = "5ae3".repeat(16);
  private static final Whose WEB = new Whose.Container(ID, "web");
  private static final Map<String, String> PRESENT = Map.of(ID, "web");
  private static final Map<String, String> NONE = Map.of();

  private final EventBook book = new EventBook(new LabelText(64), 200, true);

  @Test
  void killsAreBornAtZeroSoThatTheFirstIsARise() {
    assertEquals(
        Map.of(List.of("tmpfs"), 0L, List.of("memory"), 0L),
        counts(at(Duration.ZERO, PRESENT), EventMetric.OOM_KILLS, ID));
    book.happened(kill(WEB, OomCause.TMPFS));
    assertEquals(
        Map.of(List.of("tmpfs"), 1L, List.of("memory"), 0L),
        counts(at(Duration.ZERO, PRESENT), EventMetric.OOM_KILLS, ID));
  }

  @Test
  void aCountOutlivesItsContainerByMoreThanAQuarterOfAnHourAndThenGoes() {
    at(Duration.ZERO, PRESENT);
    book.happened(kill(WEB, OomCause.TMPFS));
    Events later = at(Duration.ofMinutes(16), NONE);
    assertEquals(
        Map.of(List.of("tmpfs"), 1L), counts(later, EventMetric.OOM_KILLS, ID), "no zero outlives");
    assertEquals("web", later.counts().getFirst().container());
    assertEquals(List.of(), at(Duration.ofMinutes(21), NONE).counts());
  }

  @Test
  void whenItHappenedLastIsKeptByReasonAndOutlivesTheContainer() {
    book.happened(kill(WEB, OomCause.TMPFS));
    book.happenedBefore(kill(WEB, OomCause.MEMORY));
    assertEquals(
        Set.of("tmpfs", "memory"),
        at(Duration.ZERO, PRESENT).last().stream()
            .map(LastEvent::reason)
            .collect(Collectors.toSet()));
    assertEquals("web", at(Duration.ofMinutes(19), NONE).last().getFirst().container());
    assertEquals(List.of(), at(Duration.ofMinutes(21), NONE).last());
  }

  /** In complain mode AppArmor names a profile by what was run. */
  @Test
  void norIsTheProgramThatNamedAProfile() {
    Denied complained =
        new Denied(
            START,
            WEB,
            "apparmor",
            "docker-default//null-/srv/x",
            "exec",
            false,
            Optional.of("/srv/x"),
            "x",
            OptionalInt.of(7),
            "exec of /srv/x would be denied");
    assertEquals("docker-default//null", complained.withoutPath().profile());
    assertEquals("web-profile", denied(WEB, true).withoutPath().profile());
  }

  @Test
  void whereNoPathsAreShownNoneIsWrittenDown() {
    EventBook discreet = new EventBook(new LabelText(64), 200, false);
    discreet.happened(denied(WEB, true));
    discreet.happened(failed(WEB, "/srv/x"));
    discreet.happenedBefore(denied(WEB, false));
    Events now = discreet.events(PRESENT, Map.of(), List.of(), START);
    assertFalse(now.toString().contains("/x"), now::toString);
    assertEquals(3, now.recent().size());
    assertTrue(
        now.recent().stream().anyMatch(one -> one.event().text().equals("mknod denied")),
        now::toString);
  }

  /** A clock that was hours ahead at the boot, and was set back since. */
  @Test
  void whatIsOfTheFutureIsOfNow() {
    book.happened(kill(WEB, OomCause.TMPFS));
    Duration back = Duration.ofHours(-3);
    assertEquals(START.plus(back), at(back, PRESENT).last().getFirst().at());
    assertEquals(List.of(), at(back.plusMinutes(21), NONE).last());
  }

  @Test
  void aContainerWithoutEventsLeavesNothingBehind() {
    assertEquals(2, at(Duration.ZERO, PRESENT).counts().size());
    assertEquals(List.of(), at(Duration.ofSeconds(1), NONE).counts());
  }

  @Test
  void aRenamedContainerKeepsItsCounts() {
    book.happened(failed(WEB, "/a"));
    Events after = at(Duration.ZERO, Map.of(ID, "shop"));
    assertTrue(after.counts().stream().allMatch(count -> count.container().equals("shop")));
    assertEquals(1, counts(after, EventMetric.WRITE_FAILURES, ID).size());
  }

  @Test
  void whatHappenedBeforeTheStartIsToldAndNotCounted() {
    book.happenedBefore(kill(WEB, OomCause.MEMORY));
    Events events = at(Duration.ZERO, PRESENT);
    assertEquals(1, events.recent().size());
    assertTrue(events.recent().getFirst().before());
    assertTrue(events.counts().stream().allMatch(count -> count.value() == 0));
  }

  @Test
  void aContainerThatFailsOnEverNewPathsMakesNoMoreThanItsShareOfSeries() {
    for (int i = 0; i < 10_000; i++) {
      book.happened(failed(WEB, "/tmp/" + i));
    }
    Events events = at(Duration.ZERO, PRESENT);
    Map<List<String>, Long> counts = counts(events, EventMetric.WRITE_FAILURES, ID);
    assertEquals(EventCounters.MOST_OF_ONE + 1, counts.size());
    assertEquals(10_000, counts.values().stream().mapToLong(Long::longValue).sum());
    long other = counts.get(List.of("EROFS", "other", "log"));
    assertEquals(10_000 - EventCounters.MOST_OF_ONE, other);
    assertEquals(Map.of(EventMetric.WRITE_FAILURES, other), events.folded());
    assertTrue(events.recent().size() <= EventLog.MOST_OF_ONE);
  }

  @Test
  void allContainersTogetherMakeNoMoreThanTheBoundOfSeriesAndOneOtherEach() {
    Map<String, String> many = new HashMap<>();
    for (int c = 0; c < 40; c++) {
      String id = "%064x".formatted(c);
      many.put(id, "c" + c);
      for (int i = 0; i < 20; i++) {
        book.happened(failed(new Whose.Container(id, "c" + c), "/tmp/" + i));
      }
    }
    Events events = at(Duration.ZERO, many);
    long series =
        events.counts().stream().filter(c -> c.metric() == EventMetric.WRITE_FAILURES).count();
    assertTrue(series <= 200 + 40, series + " series");
    assertEquals(800, sum(events, EventMetric.WRITE_FAILURES));
  }

  @Test
  void containersThatComeAndGoInCrowdsAreForgottenOldestFirst() {
    for (int c = 0; c < EventCounters.MOST_GONE + 500; c++) {
      String id = "%064x".formatted(c);
      book.happened(
          new OomKilled(
              START.plusMillis(c),
              new Whose.Container(id, "c" + c),
              OomCause.MEMORY,
              "",
              OptionalInt.empty(),
              Optional.empty(),
              ""));
    }
    Events events = at(Duration.ofSeconds(10), NONE);
    assertEquals(EventCounters.MOST_GONE, events.counts().size());
    assertTrue(events.counts().stream().noneMatch(count -> count.container().equals("c0")));
    assertTrue(events.recent().size() <= EventLog.MOST);
  }

  @Test
  void whatALsmOnlyLoggedIsCountedApart() {
    book.happened(denied(WEB, true));
    book.happened(denied(WEB, false));
    Events events = at(Duration.ZERO, PRESENT);
    assertEquals(1, sum(events, EventMetric.LSM_DENIALS));
    assertEquals(1, sum(events, EventMetric.LSM_LOGGED));
  }

  @Test
  void whatNobodyCanBeFoundForIsCountedWithoutAContainerAndSaysSo() {
    book.happened(denied(new Whose.Unattributed("the process was gone"), true));
    book.happened(denied(Whose.host(), true));
    Events events = at(Duration.ZERO, PRESENT);
    EventCount count =
        events.counts().stream()
            .filter(c -> c.metric() == EventMetric.LSM_DENIALS)
            .findFirst()
            .orElseThrow();
    assertEquals("", count.container());
    assertEquals("", count.containerId());
    assertEquals(2, count.value());
    assertEquals(Map.of(EventMetric.LSM_DENIALS, 1L), events.unattributed());
  }

  @Test
  void aFloodOfOneContainerLeavesTheOthersEventsThere() {
    book.happened(failed(new Whose.Container("ab".repeat(32), "quiet"), "/once"));
    for (int i = 0; i < 5_000; i++) {
      book.happened(failed(WEB, "/tmp/" + i));
    }
    assertTrue(
        at(Duration.ZERO, PRESENT).recent().stream()
            .anyMatch(logged -> logged.event().whose().text().equals("quiet")));
  }

  @Test
  void likeEventsAreOneEntryThatSaysHowOften() {
    for (int i = 0; i < 3; i++) {
      book.happened(failed(WEB, "/a"));
    }
    List<LoggedEvent> recent = at(Duration.ZERO, PRESENT).recent();
    assertEquals(1, recent.size());
    assertEquals(3, recent.getFirst().times());
  }

  private Events at(Duration since, Map<String, String> present) {
    return book.events(present, Map.of(), List.of(), START.plus(since));
  }

  private static Map<List<String>, Long> counts(Events events, EventMetric metric, String id) {
    Map<List<String>, Long> counts = new HashMap<>();
    events.counts().stream()
        .filter(count -> count.metric() == metric && count.containerId().equals(id))
        .forEach(count -> counts.put(count.labels(), count.value()));
    return counts;
  }

  private static long sum(Events events, EventMetric metric) {
    return events.counts().stream()
        .filter(count -> count.metric() == metric)
        .mapToLong(EventCount::value)
        .sum();
  }

  private static OomKilled kill(Whose whose, OomCause cause) {
    return new OomKilled(START, whose, cause, "dd", OptionalInt.of(7), Optional.empty(), "");
  }

  private static WriteFailed failed(Whose whose, String path) {
    return new WriteFailed(
        START, whose, Optional.of(WriteErrno.EROFS), Optional.of(path), "touch", WriteSource.LOG);
  }

  private static Denied denied(Whose whose, boolean blocked) {
    return new Denied(
        START,
        whose,
        "apparmor",
        "web-profile",
        "mknod",
        blocked,
        Optional.of("/x"),
        "touch",
        OptionalInt.of(7),
        "mknod /x was refused");
  }
}
