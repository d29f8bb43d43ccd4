/** Text for people: sizes, times, and foreign text made harmless. */
package io.bilgewatch.agent.text;
