package io.bilgewatch.agent.top;

import java.time.Duration;

/**
 * What was asked for.
 *
 * @param interval between two looks
 * @param filter text that the name, image or project has, or the id begins with; empty: all
 * @param iterations how many plain tables; 0: a live screen where there is a terminal, and else one
 */
public record TopOptions(Duration interval, Sort sort, String filter, int iterations) {}
