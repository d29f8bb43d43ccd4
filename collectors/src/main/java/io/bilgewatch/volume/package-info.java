/** What stands in the volumes and binds of a container. */
package io.bilgewatch.volume;
