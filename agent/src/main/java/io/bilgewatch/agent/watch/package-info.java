/** Schedules, deadlines and isolation: runs the collectors and publishes the view. */
package io.bilgewatch.agent.watch;
