package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.view.Contracts.Standing;
import io.bilgewatch.agent.web.Request;
import io.bilgewatch.agent.web.page.Vessel.Condition;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a reader wants to see of the containers: {@code ?q=web&state=writable&sort=layer&order=asc}.
 * What is not understood is left out: a page is no place for an error about its own address.
 *
 * @param text that a container has in its name, image, id or alerts; empty: any
 * @param descending else ascending
 * @param whole whether all are shown, however many
 */
record FleetQuery(String text, State state, FleetOrder order, boolean descending, boolean whole) {
  static final FleetQuery ALL =
      new FleetQuery("", State.ALL, FleetOrder.WORST, FleetOrder.WORST.descends, false);

  private static final List<String> ORDERS = List.of("asc", "desc");

  /** Longer than any name that somebody types. */
  private static final int MOST_TEXT = 100;

  /** Which containers. */
  // Its predicates are lambdas that hold nothing.
  @SuppressWarnings("ImmutableEnumChecker")
  enum State {
    ALL("all", "All", _ -> true),
    TROUBLE("trouble", "In trouble or at risk", vessel -> vessel.condition().isTrouble()),
    CRITICAL("critical", "Critical", vessel -> vessel.condition() == Condition.CRITICAL),
    WARNING("warning", "Warning", vessel -> vessel.condition() == Condition.WARNING),
    AT_RISK("at-risk", "At risk", vessel -> vessel.condition() == Condition.AT_RISK),
    SEALED("sealed", "Sealed", Vessel::isSealed),
    WRITABLE("writable", "Writable root", Vessel::isWritable),
    READY("ready", "Writable, wrote nothing", Vessel::isReady),
    VIOLATED("violated", "Contract violated", v -> v.contract() instanceof Standing.Violated),
    UNKNOWN("unknown", "Something unknown", vessel -> !vessel.unread().isEmpty()),
    RUNNING("running", "Running", Vessel::running),
    STOPPED("stopped", "Stopped", vessel -> !vessel.running());

    final String label;
    final String words;
    final Predicate<Vessel> which;

    State(String label, String words, Predicate<Vessel> which) {
      this.label = label;
      this.words = words;
      this.which = which;
    }
  }

  static FleetQuery of(Request request) {
    FleetOrder order =
        first(request, "sort")
            .flatMap(label -> labelled(FleetOrder.values(), one -> one.label.equals(label)))
            .orElse(FleetOrder.WORST);
    State state =
        first(request, "state")
            .flatMap(label -> labelled(State.values(), one -> one.label.equals(label)))
            .orElse(State.ALL);
    String text = first(request, "q").orElse("").strip();
    return new FleetQuery(
        text.substring(0, Math.min(MOST_TEXT, text.length())),
        state,
        order,
        first(request, "order").filter(ORDERS::contains).map("desc"::equals).orElse(order.descends),
        first(request, "show").filter("all"::equals).isPresent());
  }

  private static Optional<String> first(Request request, String parameter) {
    return request.parameters(parameter).stream().findFirst().filter(text -> !text.isEmpty());
  }

  private static <T> Optional<T> labelled(T[] values, Predicate<T> which) {
    return Stream.of(values).filter(which).findFirst();
  }

  /** Those that are wanted, in the order that is wanted. */
  List<Vessel> select(List<Vessel> vessels) {
    String wanted = text.toLowerCase(Locale.ROOT);
    return order.sorted(
        vessels.stream()
            .filter(state.which)
            .filter(vessel -> wanted.isEmpty() || has(vessel, wanted)),
        descending);
  }

  private static boolean has(Vessel vessel, String wanted) {
    return vessel.named().name().toLowerCase(Locale.ROOT).contains(wanted)
        || vessel.image().toLowerCase(Locale.ROOT).contains(wanted)
        || vessel.named().id().startsWith(wanted)
        || vessel.warnings().stream()
            .anyMatch(one -> one.name().toLowerCase(Locale.ROOT).contains(wanted));
  }

  /** The same in another order; in the one that it has already, turned around. */
  FleetQuery by(FleetOrder other) {
    boolean turned = other == order ? !descending : other.descends;
    return new FleetQuery(text, state, other, turned, whole);
  }

  FleetQuery with(State other) {
    return new FleetQuery(text, other, order, descending, whole);
  }

  FleetQuery withAll() {
    return new FleetQuery(text, state, order, descending, true);
  }

  /** The address of the page that shows this; as it stands in HTML. */
  String href() {
    StringBuilder address = new StringBuilder();
    add(address, "q", text, text.isEmpty());
    add(address, "state", state.label, state == State.ALL);
    add(address, "sort", order.label, order == FleetOrder.WORST);
    add(address, "order", descending ? "desc" : "asc", descending == order.descends);
    add(address, "show", "all", !whole);
    return address.isEmpty() ? "/" : "/?" + address;
  }

  private static void add(StringBuilder address, String name, String value, boolean usual) {
    if (!usual) {
      address
          .append(address.isEmpty() ? "" : "&amp;")
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
