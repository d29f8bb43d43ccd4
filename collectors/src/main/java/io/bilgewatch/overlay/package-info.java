/** Writable layers: the upperdirs of overlay mounts, and what stands in them. */
package io.bilgewatch.overlay;
