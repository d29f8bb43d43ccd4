package io.bilgewatch.agent.event;

import io.bilgewatch.kernel.Reading;

/**
 * A source of the kernel's log.
 *
 * @param name {@code kmsg} or {@code audit}
 * @param transport how it is read, such as {@code netlink}; missing where it is not
 * @param records read since the agent's start, those of before it not among them
 * @param lost that are known to have been lost
 */
public record SourceStatus(String name, Reading<String> transport, long records, long lost) {}
