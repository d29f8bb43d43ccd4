/**
 * {@code bilgewatch top}: views drawn on a terminal, again and again, and the keys that steer it.
 */
package io.bilgewatch.agent.top;
