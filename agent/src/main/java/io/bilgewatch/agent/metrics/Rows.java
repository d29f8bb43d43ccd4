package io.bilgewatch.agent.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * The samples of one family, in the order they came: columns that grow, instead of an object for
 * each sample, and a table of places by which one with the same labels is found.
 */
final class Rows {
  private static final int FIRST = 4;

  private LabelPairs[] subjects;
  private LabelPairs[] details;
  private double[] values;

  /** One more than the row's number, at its hash or behind it; twice as long as the columns. */
  private int[] places;

  private final int most;
  private int size;

  /**
   * @param most rows that are taken
   */
  Rows(int most) {
    this.most = most;
    allocate(FIRST);
  }

  int size() {
    return size;
  }

  /** For how many there is room now. */
  int room() {
    return values.length;
  }

  LabelPairs subject(int row) {
    return subjects[row];
  }

  LabelPairs detail(int row) {
    return details[row];
  }

  double value(int row) {
    return values[row];
  }

  List<String> labelValues(int row) {
    return subjects[row].valuesWith(details[row]);
  }

  /** False where there are enough, or is one with the same labels, which then stands. */
  boolean add(LabelPairs subject, LabelPairs detail, double value) {
    if (size == most) {
      return false;
    }
    if (size == values.length) {
      grow();
    }
    int place = placeOf(subject, detail);
    if (places[place] != 0) {
      return false;
    }
    places[place] = size + 1;
    subjects[size] = subject;
    details[size] = detail;
    values[size] = value;
    size++;
    return true;
  }

  /** Forgets them, and gives back room that was not needed by far. */
  void clear() {
    if (values.length > FIRST && size < values.length / 4) {
      allocate(Math.max(FIRST, values.length / 2));
    } else {
      Arrays.fill(subjects, 0, size, null);
      Arrays.fill(details, 0, size, null);
      Arrays.fill(places, 0);
    }
    size = 0;
  }

  private void grow() {
    LabelPairs[] oldSubjects = subjects;
    LabelPairs[] oldDetails = details;
    double[] oldValues = values;
    allocate(size * 2);
    System.arraycopy(oldSubjects, 0, subjects, 0, size);
    System.arraycopy(oldDetails, 0, details, 0, size);
    System.arraycopy(oldValues, 0, values, 0, size);
    for (int row = 0; row < size; row++) {
      places[placeOf(subjects[row], details[row])] = row + 1;
    }
  }

  private void allocate(int rows) {
    subjects = new LabelPairs[rows];
    details = new LabelPairs[rows];
    values = new double[rows];
    places = new int[rows * 2];
  }

  /** Where a row with these labels is, or would be. */
  private int placeOf(LabelPairs subject, LabelPairs detail) {
    int hash = subject.hash() + detail.hash();
    int place = (hash ^ hash >>> 16) & places.length - 1;
    while (places[place] != 0 && !isRow(places[place] - 1, subject, detail, hash)) {
      place = place + 1 & places.length - 1;
    }
    return place;
  }

  private boolean isRow(int row, LabelPairs subject, LabelPairs detail, int hash) {
    return subjects[row].hash() + details[row].hash() == hash
        && labelValues(row).equals(subject.valuesWith(detail));
  }
}
