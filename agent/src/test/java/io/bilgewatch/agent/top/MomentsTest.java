package io.bilgewatch.agent.top;

import static io.bilgewatch.agent.top.Fleet.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.HostView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MomentsTest {
  private final Moments moments = new Moments();

  private List<String> look(Fleet fleet) {
    HostView view = fleet.view();
    moments.take(view);
    return moments.of(view.containers().getLast(), view).stream().map(Moment::text).toList();
  }

  private static Fleet web() {
    return new Fleet().add("web", MIB, 0.1);
  }

  @Test
  void whatWasThereBeforeIsNoNews() {
    assertEquals(List.of(), look(web().grows(4096)));
    assertEquals(List.of(), look(web().grows(4096)));
  }

  @Test
  void startsAndEndsAreSeen() {
    look(web());
    assertEquals(List.of("ended"), look(web().with(one -> one.running(false))));
    assertEquals(List.of("started", "ended"), look(web()));
    assertEquals(List.of("started"), look(web().add("new", 0, 0)));
  }

  @Test
  void oneThatWasStartedAgainBetweenTwoLooksIsSeenByItsDate() {
    look(web());
    assertEquals(List.of("ended, and was started again"), look(web().startedAgain()));
  }

  @Test
  void growthBeginsAndEnds() {
    look(web().grows(0));
    assertEquals(List.of("its layer grows by +4.0K/s"), look(web().grows(4096)));
    look(web().grows(8192));
    assertEquals(
        List.of("its layer no longer grows", "its layer grows by +4.0K/s"), look(web().grows(0)));
  }

  @Test
  void alertsBeginAndEndAndABrokenContractIsAnEventAlready() {
    look(web());
    Fleet alarmed =
        web()
            .alert(AlertRule.WRITABLE_LAYER_LARGE, "it is large")
            .alert(AlertRule.CONTRACT_VIOLATED, "root_writable");
    assertEquals(List.of("WritableLayerLarge: it is large"), look(alarmed));
    look(web().alert(AlertRule.WRITABLE_LAYER_LARGE, "it is larger"));
    assertEquals(
        List.of("WritableLayerLarge is over", "WritableLayerLarge: it is large"), look(web()));
  }

  @Test
  void eventsOfTheViewStandAmongThem() {
    look(web());
    List<String> told = look(web().killed(Duration.ofSeconds(9)).with(one -> one.running(false)));
    assertEquals(
        List.of("ended", "OOM kill: tmpfs held most of the memory, /scratch above all"), told);
  }

  @Test
  void noMoreThanTheLastAreKeptAndNoneOfOneThatIsGone() {
    look(web());
    for (int i = 0; i < Moments.MOST; i++) {
      look(web().with(one -> one.running(false)));
      look(web());
    }
    assertEquals(Moments.MOST, look(web()).size());
    moments.take(new Fleet().view());
    assertEquals(List.of("started"), look(web()));
  }
}
