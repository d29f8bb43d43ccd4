/** tmpfs mounts inside containers: what they hold and may grow to. */
package io.bilgewatch.tmpfs;
