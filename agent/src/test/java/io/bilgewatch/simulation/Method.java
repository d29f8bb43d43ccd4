package io.bilgewatch.simulation;

import java.nio.file.Path;

/** The ways to forecast that are compared. */
enum Method {
  BILGEWATCH("Bilgewatch"),
  LAST_DIFFERENCE("last difference"),
  TEN_MINUTES("`predict_linear` over 10 min"),
  ONE_HOUR("`predict_linear` over 1 h");

  final String label;

  Method(String label) {
    this.label = label;
  }

  /**
   * @param state where it may keep what outlasts a restart
   */
  Forecaster begin(Path state) {
    return switch (this) {
      case BILGEWATCH -> new Bilgewatch(state);
      case LAST_DIFFERENCE -> new LastDifference();
      case TEN_MINUTES -> new LeastSquares(600);
      case ONE_HOUR -> new LeastSquares(3600);
    };
  }
}
