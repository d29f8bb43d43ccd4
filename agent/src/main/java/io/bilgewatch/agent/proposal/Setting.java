package io.bilgewatch.agent.proposal;

/**
 * An environment variable that lets a program do without a place that it wrote to.
 *
 * @param why for people, in one line: what was written there
 */
public record Setting(String name, String value, String why) {}
