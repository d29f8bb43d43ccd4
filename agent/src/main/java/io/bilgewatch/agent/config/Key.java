package io.bilgewatch.agent.config;

/**
 * One key of the configuration.
 *
 * @param name dotted, kebab-case
 * @param standard the value where nothing is set
 * @param summary one sentence for the documentation
 */
record Key<T>(String name, Kind<T> kind, T standard, String summary) {}
