/** Arithmetic on memory and tmpfs: pure functions. */
package io.bilgewatch.agent.risk;
