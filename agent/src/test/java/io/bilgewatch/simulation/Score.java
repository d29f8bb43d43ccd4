package io.bilgewatch.simulation;

/**
 * How a forecaster did in one scenario.
 *
 * @param fills whether it was full in the end
 * @param error median of how far forecasts were off in the last part, as a part of what was left
 * @param told in which part of the looks in the last part it said anything
 * @param lead seconds from the page that stood at the end to the end; 0 where none stood
 * @param pages how often one began
 * @param falsePages pages in what never fills, or far too early and withdrawn
 */
record Score(boolean fills, double error, double told, double lead, int pages, int falsePages) {}
