package io.bilgewatch.agent.top;

import io.bilgewatch.agent.text.Columns;
import io.bilgewatch.agent.view.HostView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The table for a pipe or a file: nothing is cut, and nothing but text. */
public final class PlainTable {
  private static final Columns TEXT = Look.PLAIN.text();

  private record Column(String head, Function<Row, Cell> cell) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("NAME", Cells::name),
          new Column("ROOT", Cells::root),
          new Column("LAYER", Cells::layer),
          new Column("GROWTH", Cells::growth),
          new Column("DISK", Cells::share),
          new Column("TMPFS", Cells::tmpfs),
          new Column("MEMORY", Cells::memory),
          new Column("RISK", Cells::risk),
          new Column("ENDS IN", Cells::ending),
          new Column("SAFE", Cells::hardening),
          new Column("LOG", Cells::log),
          new Column("OPEN", Cells::deleted),
          new Column("IMAGE", Cells::image),
          new Column("KEPT", Cells::contract));

  private final Rates rates = new Rates();
  private final State state;

  public PlainTable(TopOptions options) {
    this.state = State.begin(options.sort(), options.filter());
  }

  /** A view as a table; growth is what was seen since the first one. */
  public String of(HostView view) {
    rates.take(view);
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS.stream().map(Column::head).toList());
    for (Row row : Rows.of(Optional.of(view), rates, state)) {
      rows.add(COLUMNS.stream().map(column -> text(column.cell().apply(row))).toList());
    }
    return Columns.aligned(rows);
  }

  /** The containers that are wanted, in the order that is wanted, and all else of the view. */
  public HostView wanted(HostView view) {
    rates.take(view);
    return view.with(Rows.of(Optional.of(view), rates, state).stream().map(Row::view).toList());
  }

  /** Whether some layer has no figure and will have one. */
  public static boolean isMeasuring(HostView view) {
    return view.containers().stream().anyMatch(one -> Cells.isPending(one.layer()));
  }

  private static String text(Cell cell) {
    return cell.text().isEmpty() ? "-" : TEXT.harmless(cell.text());
  }
}
