/** How sealed a container is: pure functions over what the collectors read. */
package io.bilgewatch.agent.posture;
