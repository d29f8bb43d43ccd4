package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.web.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Pages of hosts that nobody has, for a browser to look at. */
public final class MadePages {
  private MadePages() {}

  /** So many containers, and five more that are each in another condition. */
  public static Route of(int count) {
    List<Vessel> vessels = new ArrayList<>(Fleets.many(count));
    vessels.addAll(Fleets.five());
    return request -> LandingPage.render(Fleets.page(vessels), request);
  }

  /** At first all is well but for one that grows; when it is said, another one sinks. */
  public static Route sinking(BooleanSupplier isSinking) {
    List<Vessel> before = List.of(Fleets.growing(), Fleets.sealed());
    List<Vessel> after = List.of(Fleets.growing(), Fleets.sealed(), Fleets.sinking());
    return request ->
        LandingPage.render(Fleets.page(isSinking.getAsBoolean() ? after : before), request);
  }
}
