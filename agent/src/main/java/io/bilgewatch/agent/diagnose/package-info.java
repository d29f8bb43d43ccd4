/** What can be read on this host, and what would help where it can not. */
package io.bilgewatch.agent.diagnose;
