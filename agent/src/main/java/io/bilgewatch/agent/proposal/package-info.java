/** What a container needs for a read-only root, from what it was seen to write. */
package io.bilgewatch.agent.proposal;
