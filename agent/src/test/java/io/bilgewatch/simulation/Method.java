package io.bilgewatch.simulation;

import java.nio.file.Path;
import java.util.function.Function;

/** The ways to forecast that are compared. */
enum Method {
  BILGEWATCH("Bilgewatch", Bilgewatch::new),
  LAST_DIFFERENCE("last difference", _ -> new LastDifference()),
  TEN_MINUTES("`predict_linear` over 10 min", _ -> new LeastSquares(600)),
  ONE_HOUR("`predict_linear` over 1 h", _ -> new LeastSquares(3600));

  final String label;
  private final Function<Path, Forecaster> made;

  Method(String label, Function<Path, Forecaster> made) {
    this.label = label;
    this.made = made;
  }

  /**
   * @param state where it may keep what outlasts a restart
   */
  Forecaster begin(Path state) {
    return made.apply(state);
  }
}
