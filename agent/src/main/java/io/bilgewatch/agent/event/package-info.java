/** What happened on the host: OOM kills, denials and failed writes, counted and kept for people. */
package io.bilgewatch.agent.event;
