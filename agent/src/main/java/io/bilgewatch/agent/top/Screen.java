package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.libc.Terminal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The screen as lines: a pure function of what was seen and what the user looks at.
 *
 * @param host its name
 */
record Screen(Look look, String host) {
  static final int LEAST_COLUMNS = 80;
  static final int LEAST_ROWS = 10;

  /**
   * What is to be shown.
   *
   * @param rows those that the filter lets through, in their order
   * @param moments what happened to each container
   * @param time at the right edge of the first line
   */
  record Content(
      Optional<HostView> view, List<Row> rows, Moments moments, String time, Instant now) {
    List<String> ids() {
      return rows.stream().map(Row::id).toList();
    }
  }

  /** A screen, and where it left the user. */
  record Shown(List<Line> lines, State state, int page) {}

  static boolean isEnough(Terminal.Size size) {
    return size.columns() >= LEAST_COLUMNS && size.rows() >= LEAST_ROWS;
  }

  /** Exactly as many lines as the terminal has. */
  Shown show(Content content, State state, Terminal.Size size) {
    if (!isEnough(size)) {
      return new Shown(filled(tooSmall(size), size.rows()), state, 1);
    }
    return switch (state.mode()) {
      case LIST, FILTER, ENDED -> list(content, state, size);
      case HELP -> text(Help.of(look.text(), size.columns()), state, size);
      case DETAILS -> details(content, state, size);
    };
  }

  private Shown list(Content content, State state, Terminal.Size size) {
    int width = size.columns();
    String time = state.paused() ? "held  " + content.time() : content.time();
    List<Line> lines = new ArrayList<>(new Header(look, width).of(host, time, content.view()));
    boolean contracts = content.view().filter(view -> view.contracts().watched()).isPresent();
    Table table = new Table(look, width, contracts);
    lines.add(table.head());
    int page = size.rows() - lines.size() - 1;
    List<String> ids = content.ids();
    State fitted = state.fitted(ids, page);
    int end = Math.min(ids.size(), fitted.top() + page);
    for (int i = fitted.top(); i < end; i++) {
      lines.add(table.row(content.rows().get(i), i == fitted.at(ids)));
    }
    if (ids.isEmpty() && content.view().isPresent()) {
      lines.add(plain(width, nothing(content, state)));
    }
    List<Line> all = filled(lines, size.rows() - 1);
    all.add(foot(fitted, ids.size(), end, width));
    return new Shown(all, fitted, page);
  }

  private static String nothing(Content content, State state) {
    return content.view().get().containers().isEmpty()
        ? "There are no containers."
        : "None of %d containers has \"%s\" in its name, image or project."
            .formatted(content.view().get().containers().size(), state.filter());
  }

  private Line foot(State state, int rows, int end, int width) {
    Line.Builder line = Line.builder(look.text(), width);
    if (state.mode() == State.Mode.FILTER) {
      return line.add(Style.STRONG, "Filter: ")
          .add(state.filter())
          .add("_")
          .atEnd(Style.FAINT, "Enter keeps it, Esc drops it")
          .done();
    }
    boolean all = state.top() == 0 && end == rows;
    String where = all ? "" : "  %d-%d of %d".formatted(state.top() + 1, end, rows);
    String order = state.sort().label() + (state.reversed() ? ", turned round" : "");
    // The hints give way to where one is, the less needed first.
    Line.Builder hints =
        Line.builder(look.text(), width - where.length())
            .add(Style.FAINT, "q quit  ? help  s sort: ")
            .add(Style.STRONG, order)
            .add(Style.FAINT, "  / filter")
            .add(Style.STRONG, state.filter().isEmpty() ? "" : ": " + state.filter())
            .add(Style.FAINT, "  Enter details  r reverse  p hold");
    for (Line.Span span : hints.done().spans()) {
      line.add(span.style(), span.text());
    }
    return line.atEnd(Style.PLAIN, where).done();
  }

  private Shown details(Content content, State state, Terminal.Size size) {
    Optional<Row> row =
        content.rows().stream().filter(one -> one.id().equals(state.selected())).findFirst();
    List<Line> lines =
        row.map(one -> details(content, one, size.columns()))
            .orElse(List.of(plain(size.columns(), "This container is gone.")));
    return text(lines, state, size);
  }

  private List<Line> details(Content content, Row row, int width) {
    HostView view = content.view().orElseThrow();
    List<Moment> moments = content.moments().of(row.view(), view);
    return Details.of(look, width, row, view, moments, content.now());
  }

  private Shown text(List<Line> text, State state, Terminal.Size size) {
    int page = size.rows() - 1;
    State fitted = state.fitted(text.size(), page);
    int end = Math.min(text.size(), fitted.scrolled() + page);
    List<Line> all = filled(text.subList(fitted.scrolled(), end), page);
    String where =
        text.size() <= page
            ? ""
            : "  lines %d-%d of %d".formatted(fitted.scrolled() + 1, end, text.size());
    all.add(
        Line.builder(look.text(), size.columns())
            .add(Style.FAINT, "q, Esc, Enter back  up, down, PgUp, PgDn scroll" + where)
            .atEnd(Style.STRONG, state.paused() ? "held" : "")
            .done());
    return new Shown(all, fitted, page);
  }

  private List<Line> tooSmall(Terminal.Size size) {
    return List.of(
        plain(size.columns(), "bilgewatch top needs"),
        plain(size.columns(), "%d columns, %d lines;".formatted(LEAST_COLUMNS, LEAST_ROWS)),
        plain(size.columns(), "here are %d and %d.".formatted(size.columns(), size.rows())),
        plain(size.columns(), "Enlarge, or q."));
  }

  private Line plain(int width, String text) {
    return Line.builder(look.text(), width).add(text).done();
  }

  private static List<Line> filled(List<Line> lines, int rows) {
    List<Line> all = new ArrayList<>(lines.subList(0, Math.min(lines.size(), rows)));
    while (all.size() < rows) {
      all.add(Line.EMPTY);
    }
    return all;
  }

  /** Whether a filter lets a container through. */
  static boolean isWanted(Row row, String filter) {
    String wanted = filter.toLowerCase(Locale.ROOT);
    var state = row.view().container().state();
    return wanted.isEmpty()
        || row.id().startsWith(wanted)
        || row.name().toLowerCase(Locale.ROOT).contains(wanted)
        || state.image().toLowerCase(Locale.ROOT).contains(wanted)
        || state
            .labels()
            .getOrDefault("com.docker.compose.project", "")
            .toLowerCase(Locale.ROOT)
            .contains(wanted);
  }
}
