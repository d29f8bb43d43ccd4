/** What was measured over the last hours, bounded, and kept over a restart. */
package io.bilgewatch.agent.history;
