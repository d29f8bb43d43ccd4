package io.bilgewatch.agent.top;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The columns that a width has room for, and the lines they make. */
final class Table {
  private static final int BAR = 10;
  private static final int NAME = 13;
  private static final int LONGEST_NAME = 32;
  private static final int SHARE = 4;
  private static final int SHORTEST_IMAGE = 14;

  private final Look look;
  private final int width;
  private final List<Column> columns = new ArrayList<>();

  /** A blank stands before each but the first. */
  private record Column(String head, int width, boolean right, Function<Row, Cell> cell) {}

  /**
   * @param contracts whether there are any: without room for both their column stands where the
   *     layer's part of its disk does
   */
  Table(Look look, int width, boolean contracts) {
    this.look = look;
    this.width = width;
    int spare = width - 80;
    boolean both = contracts && spare > SHARE;
    spare -= both ? SHARE + 1 : 0;
    boolean bars = spare >= 2 * (BAR + 1) + 8;
    spare -= bars ? 2 * (BAR + 1) : 0;
    boolean more = spare >= 24;
    spare -= more ? 12 : 0;
    int wider = Math.clamp(spare, 0, LONGEST_NAME - NAME);
    add("", 2, false, Cells::mark);
    add("NAME", NAME + wider, false, Cells::name);
    add("ROOT", 4, false, Cells::root);
    add("LAYER", 5, true, Cells::layer);
    add("GROWTH", 8, true, Cells::growth);
    if (!contracts || both) {
      add("DISK", SHARE, true, Cells::share);
    }
    add("TMPFS", 9, true, Cells::tmpfs);
    bar(bars, Row::tmpfsLoad);
    add("MEMORY", 9, true, Cells::memory);
    bar(bars, Row::memoryLoad);
    add("RISK", 4, true, Cells::risk);
    add("ENDS IN", 7, false, Cells::ending);
    add("SAFE", 5, true, Cells::hardening);
    if (contracts) {
      add("KEPT", SHARE, true, Cells::contract);
    }
    if (more) {
      add("LOG", 5, true, Cells::log);
      add("OPEN", 5, true, Cells::deleted);
    }
    if (spare - wider > SHORTEST_IMAGE) {
      add("IMAGE", spare - wider - 1, false, Cells::image);
    }
  }

  private void add(String head, int columnWidth, boolean right, Function<Row, Cell> cell) {
    columns.add(new Column(head, columnWidth, right, cell));
  }

  private void bar(boolean wanted, Function<Row, Double> load) {
    if (wanted) {
      add("", BAR, false, row -> bar(load.apply(row)));
    }
  }

  private Cell bar(double load) {
    return load < 0 ? Cell.of("") : new Cell(Cell.style(load), look.bar(load, BAR));
  }

  Line head() {
    Line.Builder line = Line.builder(look.text(), width);
    for (Column column : columns) {
      line.add(line.left() == width ? "" : " ")
          .cell(Style.PLAIN, column.head(), column.width(), column.right());
    }
    return line.reversed();
  }

  /** The name gives way in its middle: what is numbered is told apart by its end. */
  Line row(Row row, boolean selected) {
    Line.Builder line = Line.builder(look.text(), width);
    for (Column column : columns) {
      Cell cell = column.cell().apply(row);
      String text =
          column.head().equals("NAME")
              ? look.text().middle(cell.text(), column.width())
              : cell.text();
      line.add(line.left() == width ? "" : " ")
          .cell(cell.style(), text, column.width(), column.right());
    }
    return selected ? line.reversed() : line.done();
  }
}
