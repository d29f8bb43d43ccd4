package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.HostView;
import java.util.List;
import java.util.Optional;

/** The containers that are wanted, in the order that is wanted. */
final class Rows {
  private Rows() {}

  static List<Row> of(Optional<HostView> seen, Rates rates, State state) {
    return seen.map(view ->
            view.containers().stream()
                .map(container -> Row.of(container, view, rates.of(container.id())))
                .filter(row -> Screen.isWanted(row, state.filter()))
                .sorted(state.sort().order(state.reversed()))
                .toList())
        .orElse(List.of());
  }
}
