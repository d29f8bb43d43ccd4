/** What the kernel says of a container's processes. */
package io.bilgewatch.process;
