/** Logging: one line per event to standard error, whatever the event carries. */
package io.bilgewatch.agent.logging;
