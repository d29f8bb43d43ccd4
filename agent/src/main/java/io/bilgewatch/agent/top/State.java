package io.bilgewatch.agent.top;

import java.util.List;

/**
 * What the user looks at.
 *
 * @param reversed whether the order is turned round
 * @param selected id of the container under the cursor; empty: whichever stands first
 * @param place where that one stood, should it be gone
 * @param top the first row that is shown
 * @param scrolled lines of details or help above the screen
 */
record State(
    Mode mode,
    Sort sort,
    boolean reversed,
    String filter,
    boolean paused,
    String selected,
    int place,
    int top,
    int scrolled) {
  private static final int LONGEST_FILTER = 64;

  /** What the screen shows. */
  enum Mode {
    LIST,
    /** The list, while a filter is typed. */
    FILTER,
    DETAILS,
    HELP,
    /** Nothing any more. */
    ENDED
  }

  static State begin(Sort sort, String filter) {
    return new State(Mode.LIST, sort, false, filter, false, "", 0, 0, 0);
  }

  /**
   * What a key makes of it.
   *
   * @param ids of the rows, in their order
   * @param page rows that are shown at once
   */
  State on(Key key, List<String> ids, int page) {
    if (key == Key.Named.INTERRUPT) {
      return with(Mode.ENDED);
    }
    return switch (mode) {
      case LIST -> inList(key, ids, page);
      case FILTER -> inFilter(key);
      case DETAILS, HELP -> inText(key, page);
      case ENDED -> this;
    };
  }

  private State inList(Key key, List<String> ids, int page) {
    return switch (key) {
      case Key.Typed(int point) -> typed(point, ids);
      case Key.Named named ->
          switch (named) {
            case UP -> select(at(ids) - 1, ids);
            case DOWN -> select(at(ids) + 1, ids);
            case PAGE_UP -> select(at(ids) - page, ids);
            case PAGE_DOWN -> select(at(ids) + page, ids);
            case HOME -> first();
            case END -> select(ids.size() - 1, ids);
            case ENTER -> ids.isEmpty() ? this : select(at(ids), ids).with(Mode.DETAILS);
            case ESCAPE -> filter("");
            case BACKSPACE, INTERRUPT, SUSPEND, REDRAW, CLEAR -> this;
          };
    };
  }

  private State typed(int point, List<String> ids) {
    return switch (point) {
      case 'q', 'Q' -> with(Mode.ENDED);
      case 'j' -> select(at(ids) + 1, ids);
      case 'k' -> select(at(ids) - 1, ids);
      case 'g' -> first();
      case 'G' -> select(ids.size() - 1, ids);
      case 's' -> sort(sort.next(), false).first();
      case 'r' -> sort(sort, !reversed).first();
      case '/' -> with(Mode.FILTER);
      case 'p', ' ' -> paused(!paused);
      case '?', 'h' -> with(Mode.HELP);
      default -> this;
    };
  }

  private State inFilter(Key key) {
    return switch (key) {
      case Key.Typed(int point) ->
          filter.length() < LONGEST_FILTER ? filter(filter + Character.toString(point)) : this;
      case Key.Named named ->
          switch (named) {
            case ENTER -> with(Mode.LIST);
            case ESCAPE -> filter("").with(Mode.LIST);
            case CLEAR -> filter("");
            case BACKSPACE ->
                filter(
                    filter.isEmpty()
                        ? ""
                        : filter.substring(0, filter.offsetByCodePoints(filter.length(), -1)));
            case UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END, INTERRUPT, SUSPEND, REDRAW -> this;
          };
    };
  }

  private State inText(Key key, int page) {
    return switch (key) {
      case Key.Typed(int point) ->
          switch (point) {
            case 'q', 'Q' -> with(Mode.LIST);
            case '?', 'h' -> with(mode == Mode.HELP ? Mode.LIST : Mode.HELP);
            case 'j' -> scrolled(scrolled + 1);
            case 'k' -> scrolled(scrolled - 1);
            case 'g' -> scrolled(0);
            case 'G' -> scrolled(Integer.MAX_VALUE / 2);
            case ' ' -> scrolled(scrolled + page);
            case 'p' -> paused(!paused);
            default -> this;
          };
      case Key.Named named ->
          switch (named) {
            case UP -> scrolled(scrolled - 1);
            case DOWN -> scrolled(scrolled + 1);
            case PAGE_UP -> scrolled(scrolled - page);
            case PAGE_DOWN -> scrolled(scrolled + page);
            case HOME -> scrolled(0);
            case END -> scrolled(Integer.MAX_VALUE / 2);
            case ENTER, ESCAPE, BACKSPACE -> with(Mode.LIST);
            case INTERRUPT, SUSPEND, REDRAW, CLEAR -> this;
          };
    };
  }

  /** Where the selected one stands now. */
  int at(List<String> ids) {
    int found = selected.isEmpty() ? 0 : ids.indexOf(selected);
    return found >= 0 ? found : Math.clamp(place, 0, Math.max(0, ids.size() - 1));
  }

  /** The same, with the selected row among those that are shown. */
  State fitted(List<String> ids, int page) {
    int at = at(ids);
    int last = Math.max(0, ids.size() - page);
    int first = Math.clamp(Math.clamp(top, at - page + 1, at), 0, last);
    return new State(mode, sort, reversed, filter, paused, selected, at, first, scrolled);
  }

  /** The same, with a text of so many lines scrolled no further than to its end. */
  State fitted(int lines, int page) {
    return scrolled(Math.clamp(scrolled, 0, Math.max(0, lines - page)));
  }

  private State select(int index, List<String> ids) {
    if (ids.isEmpty()) {
      return this;
    }
    int to = Math.clamp(index, 0, ids.size() - 1);
    return new State(mode, sort, reversed, filter, paused, ids.get(to), to, top, scrolled);
  }

  private State first() {
    return new State(mode, sort, reversed, filter, paused, "", 0, 0, scrolled);
  }

  private State with(Mode next) {
    return new State(next, sort, reversed, filter, paused, selected, place, top, 0);
  }

  private State sort(Sort next, boolean turned) {
    return new State(mode, next, turned, filter, paused, selected, place, top, scrolled);
  }

  private State filter(String next) {
    return new State(mode, sort, reversed, next, paused, selected, place, top, scrolled);
  }

  private State paused(boolean next) {
    return new State(mode, sort, reversed, filter, next, selected, place, top, scrolled);
  }

  private State scrolled(int next) {
    return new State(mode, sort, reversed, filter, paused, selected, place, top, Math.max(0, next));
  }
}
